# Sourced by the judges: $here, $script and $results are set; $code becomes 1 with the first thing that fails.
code=0

# check WHAT COMMAND…: the last line of what it says, as ok; as FAIL the first few.
check() {
    local what=$1 text
    shift
    if text=$("$@" 2>&1); then
        echo "ok    $what: ${text##*$'\n'}"
        return
    fi
    code=1
    echo "FAIL  $what: ${text##*$'\n'}"
    head -n -1 <<<"$text" | head -n 8 | sed 's/^/        /'
}

model() { awk -f "$here/model.awk" -f "$here/json.awk" -f "$here/$1" -v script="$script" "${@:2}"; }
verdict() {
    cat "$results/verdict"
    [[ $(cat "$results/verdict") == done ]]
}
holds() { awk '$2 == "hold" { print $1 + 0 }' "$script"; }
