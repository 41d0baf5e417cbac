# JSON (RFC 8259) to json[PATH]: json_read(file, name) gives name.key, name.list[0].key and name.list# for a list's length;
# true, false and null as those words. False if the file is not one value of JSON.
function json_read(file, name,    line) {
    json_text = ""
    while ((getline line < file) > 0) json_text = json_text line "\n"
    close(file)
    json_failed = 0
    json_value(name)
    json_space()
    return !json_failed && json_text == ""
}

function json_space() { sub(/^[ \t\r\n]+/, "", json_text) }

# Takes what the pattern matches from the front of the text; a text it does not match is not JSON.
function json_take(pattern,    taken) {
    if (!match(json_text, pattern)) {
        json_failed = 1
        return ""
    }
    taken = substr(json_text, 1, RLENGTH)
    json_text = substr(json_text, RLENGTH + 1)
    return taken
}

function json_value(path,    first) {
    json_space()
    first = substr(json_text, 1, 1)
    if (first == "{") json_object(path)
    else if (first == "[") json_list(path)
    else if (first == "\"") json[path] = json_string()
    else json[path] = json_take("^(true|false|null|-?[0-9][0-9.eE+-]*)")
}

# Escapes but \u are resolved; names and words of the daemon have none.
function json_string(    text) {
    text = json_take("^\"([^\"\\\\]|\\\\.)*\"")
    text = substr(text, 2, length(text) - 2)
    gsub(/\\n/, "\n", text)
    gsub(/\\t/, "\t", text)
    gsub(/\\"/, "\"", text)
    gsub(/\\\//, "/", text)
    gsub(/\\\\/, "\\", text)
    return text
}

function json_object(path,    key) {
    json_take("^[{]")
    json_space()
    if (json_text ~ /^[}]/) return json_take("^[}]")
    do {
        json_space()
        key = json_string()
        json_space()
        json_take("^:")
        if (json_failed) return
        json_value(path "." key)
        json_space()
    } while (!json_failed && json_take("^[,}]") == ",")
}

function json_list(path,    count) {
    json_take("^\\[")
    json_space()
    json[path "#"] = 0
    if (json_text ~ /^\]/) return json_take("^\\]")
    do {
        json_value(path "[" count + 0 "]")
        json[path "#"] = ++count
        json_space()
    } while (!json_failed && json_take("^[],]") == ",")
}
