import Glibc
import SkeinView
import SkeinWire
import ViewSamples

// The dashboard on a swarm that never was, for drills of the screen itself: ViewDemo ROBOTS. A new snapshot each
// second; what it is told to do is said on the screen and done by nobody.
let count = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 20
guard (4...1_000).contains(count) else { exit(2) }
guard let view = LiveView(output: STDOUT_FILENO, state: ViewState(isReadOnly: false)) else {
    for line in PlainText.lines(MadeUp.snapshot(robots: count), charset: LiveView.surroundings.charset) { print(line) }
    exit(0)
}
var seconds = 240
while true {
    view.show(MadeUp.snapshot(robots: count, seconds: seconds))
    seconds += 1
    let end = LiveView.now + .seconds(1)
    while LiveView.now < end {
        for outcome in view.wait(for: [], atMost: end - LiveView.now) {
            switch outcome {
            case .action(.quit):
                view.close()
                exit(0)
            case .action(let action): view.say("\(action)", .warning)
            case .woken: break
            case .ended(let number): view.die(of: number)
            }
        }
    }
}
