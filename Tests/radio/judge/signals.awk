# Judges one `stations` dump: awk -f model.awk -f signals.awk -v script=FILE -v at=SECONDS DUMP
# Whoever is in reach must have been heard within the last second (ten beacons) with the model's signal, within 1 dB;
# whoever is not must not. Prints the offences, then a line that sums up; exit code 0 if there are none.

BEGIN { place(script, at) }

$1 == "##" { robot = $3; band = $5 }
$1 == "Station" { station = robot SUBSEP band SUBSEP $2 }
$1 == "inactive" { inactive[station] = $3 }
$1 == "signal:" { signal[station] = $2 }

END {
    for (band = 2; band <= 5; band += 3) {
        for (a = 1; a <= robots; a++) for (b = 1; b <= robots; b++) if (a != b) judge(band, a, b)
    }
    printf "%d links heard, worst %.2f dB off; %d pairs out of reach not heard; %d offences\n", heard, worst, unheard, offences
    exit offences > 0 || heard == 0
}

# Robot a, of robot b.
function judge(band, a, b,    key, fresh, expected, off) {
    key = a SUBSEP band SUBSEP address(band, b)
    fresh = (key in signal) && inactive[key] + 0 < 1000
    expected = power(band, a, b)
    if (!reaches(band, a, b)) {
        if (fresh) offend(band, a, b, sprintf("expected silence (model %.1f dBm), heard %s dBm", expected, signal[key]))
        else unheard++
        return
    }
    if (!fresh) return offend(band, a, b, sprintf("expected %.1f dBm, heard nothing", expected))
    heard++
    off = abs(signal[key] - expected)
    if (off > worst) worst = off
    if (off > 1) offend(band, a, b, sprintf("expected %.1f dBm, heard %s dBm", expected, signal[key]))
}

function offend(band, a, b, what) {
    offences++
    printf "robot %d, %s GHz, of robot %d: %s\n", a, band == 2 ? "2.4" : "5", b, what
}
