import SkeinSeal

/// A robot's signer that tells the world's verifier what it has signed, so that nobody checks it again: half of a
/// simulation's signature work, and nothing in it depends on whether a true signature was checked.
package final class NotingSigner: Signer {
    private let key: SigningKey
    private let memo: MemoVerifier

    package init(_ key: SigningKey, memo: MemoVerifier) {
        self.key = key
        self.memo = memo
    }

    package func signature(over bytes: [UInt8]) -> [UInt8] {
        let signature = key.signature(over: bytes)
        memo.note(signature, over: bytes, by: key.publicKey)
        return signature
    }
}
