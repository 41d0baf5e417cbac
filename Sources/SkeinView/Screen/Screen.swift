import CCurses
import Glibc
import SkeinWire

/// A terminal, by way of ncurses: what changed of the cells goes out, keys come in, and it is left as it was found,
/// however the program ends. One at a time.
final class Screen {
    enum Occurrence: Hashable {
        case key(Key)
        /// It has another size, or must be drawn anew.
        case changed
        /// One of the descriptors has something.
        case woken
        /// The program is to end, by this signal.
        case ended(Int32)
    }

    let surroundings: Surroundings
    private let output: Int32
    private let input: Int32
    private let ownsInput: Bool
    private let file: UnsafeMutablePointer<FILE>
    private let inputFile: UnsafeMutablePointer<FILE>
    private let handle: OpaquePointer
    private let signals: Int32
    private let colours: Int
    private var drawn: Grid?
    private var isOpen = true

    /// An escape sequence has come whole after so long; a lone Escape is told as late.
    private static let escapeMilliseconds: Int32 = 60

    /// Nil where the descriptor is no terminal, or one that cannot move its cursor.
    init?(output: Int32, surroundings: Surroundings) {
        guard isatty(output) == 1, !surroundings.isDumb else { return nil }
        Self.prepareLocale(surroundings)
        let input = Self.keyboard()
        var modes = termios()
        let hasModes = tcgetattr(output, &modes) == 0
        guard let file = fdopen(dup(output), "w"), let inputFile = fdopen(dup(input.descriptor), "r") else {
            return nil
        }
        guard let handle = Self.terminal(surroundings.terminal, file, inputFile) else {
            fclose(file)
            fclose(inputFile)
            return nil
        }
        set_escdelay(Self.escapeMilliseconds)
        skein_curses_prepare()
        colours = surroundings.palette == .none ? 0 : Self.startColours(surroundings.palette)
        var farewell: [UInt8] = []
        for name in ["sgr0", "cnorm", "rmkx", "rmcup"] {
            if let bytes = skein_curses_capability(name) { farewell += Array(String(cString: bytes).utf8) }
        }
        guard
            let signals = ScreenSignals.begin(terminal: output, modes: hasModes ? modes : nil, farewell: farewell)
        else {
            endwin()
            return nil
        }
        self.surroundings = surroundings
        self.output = output
        self.input = input.descriptor
        ownsInput = input.isOwn
        self.file = file
        self.inputFile = inputFile
        self.handle = handle
        self.signals = signals
    }

    deinit { close() }

    /// Standard input, or whatever terminal controls us where that is none.
    private static func keyboard() -> (descriptor: Int32, isOwn: Bool) {
        if isatty(STDIN_FILENO) == 1 { return (STDIN_FILENO, false) }
        let terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC)
        return terminal >= 0 ? (terminal, true) : (STDIN_FILENO, false)
    }

    /// The user's characters; where that locale is not installed, any that speaks UTF-8.
    private static func prepareLocale(_ surroundings: Surroundings) {
        guard surroundings.charset != .ascii else { return }
        let locale = setlocale(LC_CTYPE, "")
        let coding = locale == nil ? "" : String(cString: nl_langinfo(Int32(CODESET)))
        if coding != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
    }

    /// Of a terminal that this machine has never heard of, that it is much like all others.
    private static func terminal(
        _ name: String, _ output: UnsafeMutablePointer<FILE>, _ input: UnsafeMutablePointer<FILE>
    ) -> OpaquePointer? {
        for name in [name, "xterm-256color", "vt100"] {
            if let handle = newterm(name, output, input) { return handle }
        }
        return nil
    }

    private static func startColours(_ palette: Palette) -> Int {
        guard has_colors(), start_color() == OK, use_default_colors() == OK else { return 0 }
        let wanted = palette == .fine ? 256 : 16
        let count = min(Int(skein_curses_colours()), wanted, Int(skein_curses_pairs()) - 1)
        for colour in 0..<max(count, 0) { init_pair(Int16(colour + 1), Int16(colour), -1) }
        return max(count, 0)
    }

    /// As it is now; 80 × 24 where the terminal does not say.
    var size: (columns: Int, rows: Int) {
        var window = winsize()
        guard ioctl(output, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0, window.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(window.ws_col), Int(window.ws_row))
    }

    /// Sends what differs from what is there.
    func paint(_ grid: Grid) {
        guard isOpen else { return }
        let old = drawn.flatMap { $0.columns == grid.columns && $0.rows == grid.rows ? $0 : nil }
        for row in 0..<grid.rows {
            for column in 0..<grid.columns {
                let cell = grid[column, row]
                if let old, old[column, row] == cell { continue }
                put(cell, column, row)
            }
        }
        drawn = grid
        skein_curses_refresh()
    }

    /// What it would take to draw a grid, in bytes.
    func cost(_ grid: Grid) -> Int { PaintBudget.cost(from: drawn, to: grid) }

    private func put(_ cell: Cell, _ column: Int, _ row: Int) {
        let attributes = Attributes(cell.ink, surroundings.palette, colours: colours)
        var bits: attr_t = 0
        if attributes.isBold { bits |= skein_curses_bold() }
        if attributes.isDim { bits |= skein_curses_dim() }
        if attributes.isReversed { bits |= skein_curses_reverse() }
        _ = skein_curses_put(
            Int32(row), Int32(column), cell.scalar.value, bits, Int16((attributes.colour ?? -1) + 1))
    }

    /// What happens within a while, at least one thing or nothing.
    func wait(for descriptors: [Int32], atMost span: Duration) -> [Occurrence] {
        guard isOpen else { return [] }
        var polled = ([input, signals] + descriptors).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(clamping: (max(span.nanoseconds, 0) + 999_999) / 1_000_000)
        guard poll(&polled, nfds_t(polled.count), milliseconds) > 0 else { return [] }
        var occurrences: [Occurrence] = []
        if polled[1].revents != 0 { occurrences += noted() }
        if polled[0].revents & Int16(POLLIN) != 0 {
            occurrences += keys().map(Occurrence.key)
        } else if polled[0].revents & Int16(POLLHUP | POLLERR | POLLNVAL) != 0 {
            // The terminal is gone.
            occurrences.append(.ended(SIGHUP))
        }
        if polled.dropFirst(2).contains(where: { $0.revents != 0 }) { occurrences.append(.woken) }
        return occurrences
    }

    private func keys() -> [Key] {
        var keys: [Key] = []
        var value: UInt32 = 0
        while keys.count < Self.keysMax {
            switch Int(skein_curses_key(&value)) {
            case Int(SKEIN_CURSES_CHARACTER): keys += [KeyCode.character(value)].compactMap { $0 }
            case Int(SKEIN_CURSES_FUNCTION): keys += [KeyCode.function(Int32(bitPattern: value))].compactMap { $0 }
            default: return keys
            }
        }
        return keys
    }

    /// Of keys at once: what is pasted is no reason to stand still.
    private static let keysMax = 256

    private func noted() -> [Occurrence] {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = read(signals, &bytes, bytes.count)
        guard count > 0 else { return [] }
        var occurrences: [Occurrence] = []
        for number in bytes.prefix(count).map(Int32.init) {
            switch number {
            case SIGTSTP:
                endwin()
                ScreenSignals.suspend()
                redraw()
                occurrences.append(.changed)
            case SIGCONT, SIGWINCH:
                redraw()
                occurrences.append(.changed)
            default: occurrences.append(.ended(number))
            }
        }
        return occurrences
    }

    /// Takes the size that it now has, and relies on nothing that was sent.
    private func redraw() {
        let size = size
        resizeterm(Int32(size.rows), Int32(size.columns))
        skein_curses_prepare()
        drawn = nil
        skein_curses_forget()
    }

    /// To the clipboard of the terminal, where it takes such (OSC 52), wherever in the world that terminal stands.
    func copy(_ text: String) {
        guard isOpen else { return }
        send("\u{1B}]52;c;" + Base64.encoded(Array(text.utf8)) + "\u{07}")
    }

    private func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(output, $0.baseAddress! + sent, $0.count - sent) }
            if count > 0 { sent += count } else if errno != EINTR && errno != EAGAIN { return }
        }
    }

    func close() {
        guard isOpen else { return }
        isOpen = false
        endwin()
        ScreenSignals.end(readEnd: signals)
        delscreen(handle)
        fclose(file)
        fclose(inputFile)
        if ownsInput { Glibc.close(input) }
    }
}
