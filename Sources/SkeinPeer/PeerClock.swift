import SkeinWire

// Mesh time: questions and answers.

extension Peer {
    mutating func take(_ question: ClockQuestion, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }

    mutating func take(_ answer: ClockAnswer, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }
}
