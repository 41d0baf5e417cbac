import SkeinWire

/// A key as the dashboard knows it, whatever bytes a terminal sent for it.
package enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// With Ctrl held: a small letter.
    case control(Unicode.Scalar)
    case up, down, left, right, pageUp, pageDown, home, end
    case enter, escape, tab, backTab, backspace, delete
    case function(Int)
}

/// What a key asks of whoever runs the dashboard; everything else is the view's own affair.
package enum ViewAction: Hashable, Sendable {
    case quit
    /// Emergency stop of the fleet. Never asked twice beyond the key pressed twice.
    case stop
    /// The stops in force are to end; the name that was typed is the fleet's, or one of its robots'.
    case release(typed: String)
    /// As JSON to the terminal's clipboard: one robot, one task, or all of the snapshot.
    case copy(CopyMatter)
    /// The screen as text to a file; nil: a name of the program's choice.
    case export(to: String?)
}

/// What is copied.
package enum CopyMatter: Hashable, Sendable {
    case robot(NodeID)
    case work(String)
    case everything
}
