# Judges the medium's log: it registered, and between every two holds frames went through it, none lost on the way.
# While it is dead the kernel carries everything itself, so a test whose medium carries nothing has proved nothing.
/^traffic / {
    split($2, frames, "=")
    split($NF, overruns, "=")
    split($(NF - 1), malformed, "=")
    if (++holds > 1 && frames[2] <= before) offend("no frames between holds " holds - 1 " and " holds)
    if (overruns[2] > 0) offend("frames were lost before they were judged: " $0)
    if (malformed[2] > 0) offend("frames were not understood: " $0)
    before = frames[2]
    last = $0
}
/^HwsimMedium: / { offend($0) }
function offend(what) { offences++; print what }
END {
    if (holds < 2) offend("it reached " holds + 0 " holds, expected at least 2")
    sub(/^traffic /, "", last)
    print last
    exit offences > 0
}
