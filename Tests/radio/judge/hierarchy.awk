# Judges what all daemons say at one moment:
#   awk -f model.awk -f json.awk -f hierarchy.awk -v script=FILE -v at=SECONDS -v basis=BASIS -v organised=0|1 \
#       -v folder=FOLDER [-v only=ROBOT]
#
# FOLDER has links-K.json and, of an organised swarm, status-K.json, of robot K under the name rK:
#   skein links --json    links[].neighbour, .band ("2.4" or "5"), .up (each hears the other), .power_dbm, .basis
#   skein status --json   name, root, leader, hops (radios to the root on 2.4 GHz)
#
# What must hold: every robot has a link to exactly those in reach on each band, with the model's power within 1.5 dB (half
# of one is lost where drivers report whole dB; the rest is the daemon's smoothing) and the basis: `measured` once a scan
# has filled the kernel's survey with noise, before that `assumed_floor`. All name robot 1 their root, and count breadth-first hops to it.
# Every robot's leader is itself or in reach on 5 GHz, and takes itself for a leader.

BEGIN {
    tolerance = 1.5
    band_of["2.4"] = 2
    band_of["5"] = 5
    place(script, at)
    first = only ? only : 1
    last = only ? only : robots
    for (r = first; r <= last; r++) judge_links(r)
    if (organised) judge_hierarchy()
    printf "%d links, worst %.2f dB off", heard, worst
    if (organised) printf "; hops 0…%d; leaders %s", deepest, leaders
    printf "; %d offences\n", offences
    exit offences > 0 || heard == 0
}

function offend(what) { print what; offences++ }

function band_name(band) { return band == 2 ? "2.4 GHz" : "5 GHz" }

function judge_links(r,    file, name, count, i, list, band, other, seen, one) {
    file = folder "/links-" r ".json"
    name = "links" r
    if (!json_read(file, name)) return offend("r" r ": links --json is no JSON")
    list = name ".links"
    count = json[list "#"]
    for (i = 0; i < count; i++) {
        one = list "[" i "]"
        if (json[one ".up"] != "true") continue
        band = band_of[json[one ".band"]]
        other = robot_of(json[one ".neighbour"])
        if (!band || !other || other == r) {
            offend("r" r ": a neighbour \"" json[one ".neighbour"] "\" on band \"" json[one ".band"] "\"")
            continue
        }
        seen[band, other] = 1
        judge_link(r, other, band, json[one ".power_dbm"], json[one ".basis"])
    }
    for (band = 2; band <= 5; band += 3) for (other = 1; other <= robots; other++) {
        if (other != r && reaches(band, r, other) && !((band, other) in seen)) {
            offend(sprintf("r%d: no r%d on %s, expected %.1f dBm", r, other, band_name(band), power(band, r, other)))
        }
    }
}

function judge_link(r, other, band, found, said,    expected, off) {
    expected = power(band, r, other)
    if (!reaches(band, r, other)) {
        return offend(sprintf("r%d: r%d on %s is out of reach (%.1f dBm), found %s dBm", r, other, band_name(band), expected, found))
    }
    heard++
    off = abs(found - expected)
    if (off > worst) worst = off
    if (off > tolerance) {
        offend(sprintf("r%d: r%d on %s: expected %.1f dBm, found %s", r, other, band_name(band), expected, found))
    }
    if (said != basis) {
        offend(sprintf("r%d: r%d on %s: expected basis %s, found %s", r, other, band_name(band), basis, said))
    }
}

# The robot of a name; 0 for nobody.
function robot_of(name) { return name ~ /^r[1-9][0-9]*$/ && substr(name, 2) + 0 <= robots ? substr(name, 2) + 0 : 0 }

function judge_hierarchy(    r, name, depth) {
    for (r = first; r <= last; r++) {
        name = "status" r
        if (!json_read(folder "/status-" r ".json", name)) return offend("r" r ": status --json is no JSON")
        if (json[name ".name"] != "r" r) offend("r" r ": calls itself \"" json[name ".name"] "\"")
    }
    measure_depths(depth)
    for (r = first; r <= last; r++) {
        name = "status" r
        if (json[name ".root"] != "r1") offend("r" r ": expected root r1, found " json[name ".root"])
        if (!(r in depth)) offend("r" r ": the script leaves it alone; nothing can be said of its hops")
        else if (json[name ".hops"] != depth[r]) offend("r" r ": expected hops " depth[r] ", found " json[name ".hops"])
        if (depth[r] > deepest) deepest = depth[r]
        judge_leader(r, robot_of(json[name ".leader"]))
    }
}

function judge_leader(r, leader) {
    leaders = leaders (leaders == "" ? "" : ",") "r" leader
    if (!leader) return offend("r" r ": expected a leader, found none")
    if (leader != r && !reaches(5, r, leader)) {
        return offend(sprintf("r%d: its leader r%d is out of reach on 5 GHz (%.1f dBm)", r, leader, power(5, r, leader)))
    }
    if (!only && robot_of(json["status" leader ".leader"]) != leader) {
        offend("r" r ": its leader r" leader " does not lead itself")
    }
}

# Breadth-first hops from robot 1 on 2.4 GHz.
function measure_depths(depth,    queue, next_one, count, a, b) {
    depth[1] = 0
    queue[count++] = 1
    while (next_one < count) {
        a = queue[next_one++]
        for (b = 1; b <= robots; b++) if (!(b in depth) && reaches(2, a, b)) {
            depth[b] = depth[a] + 1
            queue[count++] = b
        }
    }
}
