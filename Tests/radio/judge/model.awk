# The radio model and the script of positions, written a second time: the medium has them from SkeinRadio, the judge
# from here, so that neither proves itself right.

# Reads the script; robot r then stands at px[r], py[r] at the script's time `at`, which is that of a hold.
function place(script, at,    line, words) {
    robots = 0
    while ((getline line < script) > 0) {
        sub(/#.*/, "", line)
        if (split(line, words, " ") != 4) continue
        if (words[2] + 0 > robots) robots = words[2] + 0
        if (words[1] + 0 > at + 0) continue
        px[words[2]] = words[3]
        py[words[2]] = words[4]
    }
    close(script)
}

# Received power in dBm; band is 2 (2.4 GHz) or 5. A log-distance model: -40 dBm at 1 m on 2.4 GHz.
function power(band, a, b,    dx, dy, distance) {
    dx = px[a] - px[b]
    dy = py[a] - py[b]
    distance = sqrt(dx * dx + dy * dy)
    if (distance < 1) distance = 1
    return (band == 2 ? -40 : -46.375) - 36.226338758112693 * log(distance) / log(10)
}

# Whether a frame arrives at all.
function reaches(band, a, b) { return power(band, a, b) >= -90 }

# The address of robot r's card for a band: mac80211_hwsim counts its radios in the middle of it.
function address(band, r) { return sprintf("02:00:00:00:%02x:00", 2 * (r - 1) + (band == 5)) }

function abs(v) { return v < 0 ? -v : v }
