# awk -f model.awk -f changes.awk -v script=FILE: how many links come and go from hold to hold; fails if none does.
BEGIN {
    while ((getline line < script) > 0) if (split(line, words, " ") >= 2 && words[2] == "hold") holds[++count] = words[1]
    close(script)
    for (h = 1; h <= count; h++) {
        place(script, holds[h])
        for (band = 2; band <= 5; band += 3) for (a = 1; a < robots; a++) for (b = a + 1; b <= robots; b++) {
            link = band SUBSEP a SUBSEP b
            now = reaches(band, a, b)
            if (h > 1 && now && !was[link]) came++
            if (h > 1 && !now && was[link]) went++
            was[link] = now
        }
    }
    printf "%d links come into reach, %d go\n", came, went
    exit !(came && went)
}
