/// 5 GHz links whose efficiency a scenario fixes.
package struct LinkTable: Hashable, Sendable {
    /// From `leader` as sender to `helper` as receiver; a pair of a robot with itself is its own share as a leader.
    package struct Link: Hashable, Sendable {
        package var leader: Int
        package var helper: Int
        package var bitsPerSecondPerHertz: Double

        package init(leader: Int, helper: Int, bitsPerSecondPerHertz: Double) {
            self.leader = leader
            self.helper = helper
            self.bitsPerSecondPerHertz = bitsPerSecondPerHertz
        }
    }

    package var links: [Link]

    package init(_ links: [Link]) { self.links = links }
}
