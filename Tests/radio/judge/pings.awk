# awk -f model.awk -f pings.awk -v script=FILE -v at=SECONDS PINGS: robot 1's pings are answered by whoever is in reach
# and by nobody else. Unicast lives on acknowledgements: without them the kernel gives up a frame after some tries.
BEGIN { place(script, at) }
{
    pings++
    expected = reaches($2, 1, $1) ? "answered" : "silent"
    if (expected == "answered") answered++
    if ($3 == expected) next
    offences++
    printf "robot 1 to robot %d, %s GHz: expected %s, was %s\n", $1, $2 == 2 ? "2.4" : "5", expected, $3
}
END {
    if (pings != 2 * (robots - 1)) {
        offences++
        printf "expected %d pings, found %d\n", 2 * (robots - 1), pings
    }
    printf "of %d pings %d answered as they should; %d offences\n", pings, answered, offences
    exit offences > 0 || answered == 0
}
