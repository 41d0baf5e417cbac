import Glibc

/// A precondition that says in an optimised program too what was wrong.
func must(_ condition: Bool, _ complaint: @autoclosure () -> String) {
    guard !condition else { return }
    broken(complaint())
}

func broken(_ complaint: String) -> Never {
    var line = Array("Broken: \(complaint)\n".utf8)
    write(2, &line, line.count)
    preconditionFailure(complaint)
}

extension Collection<UInt8> {
    var hex: String { map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}
