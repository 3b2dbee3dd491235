//! DuckDB macros that carry Snowflake's meaning. The engine makes them in its schema `snowmelt` when it opens.

mod moment;

/// Name and `CREATE OR REPLACE MACRO` text of each, in an order in which each uses only earlier ones.
pub fn macro_definitions() -> Vec<(&'static str, String)> {
    [MACROS, moment::MACROS]
        .into_iter()
        .flatten()
        .map(|(name, parameters, body)| {
            (
                *name,
                format!("CREATE OR REPLACE MACRO snowmelt.{name}({parameters}) AS {body}"),
            )
        })
        .collect()
}

/// Name, parameters, body.
const MACROS: &[(&str, &str, &str)] = &[
    // Numbers.
    ("divide_down", "u, d", "u // d"),
    (
        "divide_up",
        "u, d",
        "u // d + CASE WHEN u % d > 0 THEN 1 ELSE 0 END",
    ),
    (
        "divide_floor",
        "u, d",
        "u // d - CASE WHEN u % d < 0 THEN 1 ELSE 0 END",
    ),
    (
        "divide_half_away",
        "u, d",
        "u // d + CASE WHEN abs(u % d) >= d - abs(u % d) THEN sign(u) ELSE 0 END",
    ),
    (
        "divide_half_even",
        "u, d",
        "u // d + CASE WHEN abs(u % d) > d - abs(u % d) OR (abs(u % d) = d - abs(u % d) AND (u // d) % 2 <> 0) THEN sign(u) ELSE 0 END",
    ),
    ("round_float", "x, n", "round(x, CAST(n AS INTEGER))"),
    (
        "truncate_float",
        "x, n",
        "trunc(x * pow(10, n)) / pow(10, n)",
    ),
    ("ceil_float", "x, n", "ceil(x * pow(10, n)) / pow(10, n)"),
    ("floor_float", "x, n", "floor(x * pow(10, n)) / pow(10, n)"),
    (
        "haversine",
        "lat1, lon1, lat2, lon2",
        "2 * 6371 * asin(sqrt(pow(sin(radians(lat2 - lat1) / 2), 2) + cos(radians(lat1)) * cos(radians(lat2)) * pow(sin(radians(lon2 - lon1) / 2), 2)))",
    ),
    (
        "random_number",
        "",
        "CAST(CAST(CAST(random() * 4294967296 AS HUGEINT) * 4294967296 + CAST(random() * 4294967296 AS HUGEINT) - 9223372036854775808 AS HUGEINT) AS DECIMAL(38,0))",
    ),
    (
        "greatest_of",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE list_max(l) END",
    ),
    (
        "least_of",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NULL)) > 0 THEN NULL ELSE list_min(l) END",
    ),
    // Text and what is read from it. DuckDB reads `1_000`, `0x1F` and `0b1` as numbers: their letters are hidden.
    (
        "numeric_text",
        "s",
        "translate(s, '_xXbB', chr(57439) || chr(57464) || chr(57432) || chr(57442) || chr(57410))",
    ),
    (
        "float_to_text",
        "x",
        "CASE WHEN isnan(x) THEN 'NaN' ELSE regexp_replace(CAST(x AS VARCHAR), '\\.0$', '') END",
    ),
    (
        "try_text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE END",
    ),
    (
        "text_to_boolean",
        "s",
        "CASE WHEN lower(s) IN ('true', 't', 'yes', 'y', 'on', '1') THEN TRUE WHEN lower(s) IN ('false', 'f', 'no', 'n', 'off', '0') THEN FALSE WHEN s IS NOT NULL THEN error('[100037 22018] Boolean value ''' || s || ''' is not recognized') END",
    ),
    // Strings.
    (
        "substr_from",
        "s, p",
        "CASE WHEN p < -length(s) THEN '' ELSE substr(s, CASE WHEN p = 0 THEN 1 ELSE p END) END",
    ),
    (
        "substr_of",
        "s, p, n",
        "CASE WHEN n <= 0 OR p < -length(s) THEN '' ELSE substr(s, CASE WHEN p = 0 THEN 1 ELSE p END, n) END",
    ),
    (
        "left_pad",
        "s, n, p",
        "CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE lpad(s, CAST(n AS INTEGER), p) END",
    ),
    (
        "right_pad",
        "s, n, p",
        "CASE WHEN n <= 0 THEN '' WHEN p = '' THEN left(s, n) ELSE rpad(s, CAST(n AS INTEGER), p) END",
    ),
    (
        "position_from",
        "needle, s, n",
        "CASE WHEN instr(substr(s, greatest(n, 1)), needle) = 0 THEN 0 ELSE instr(substr(s, greatest(n, 1)), needle) + greatest(n, 1) - 1 END",
    ),
    (
        "split_part_of",
        "s, d, n",
        "CASE WHEN d = '' THEN CASE WHEN n IN (0, 1, -1) THEN s ELSE '' END ELSE split_part(s, d, CASE WHEN n = 0 THEN 1 ELSE n END) END",
    ),
    (
        "split_list",
        "s, d",
        "CASE WHEN d = '' THEN [s] ELSE string_split(s, d) END",
    ),
    (
        "tokens",
        "s, d",
        "CASE WHEN d = '' THEN CASE WHEN s = '' THEN CAST([] AS VARCHAR[]) ELSE [s] END ELSE list_filter(string_split_regex(s, '[' || regexp_replace(d, '([\\]\\[\\\\^-])', '\\\\\\1', 'g') || ']'), lambda x: x <> '') END",
    ),
    (
        "tokens",
        "s, d",
        "CASE WHEN d = '' THEN CASE WHEN s = '' THEN CAST([] AS VARCHAR[]) ELSE [s] END ELSE list_filter(string_split_regex(s, '[' || regexp_replace(d, '([\\]\\[\\\\^-])', '\\\\\\1', 'g') || ']'), lambda x: x <> '') END",
    ),
    // Semi-structured values.
    // A NULL as the mark that functions in Rust know.
    (
        "or_undefined",
        "v",
        "coalesce(v, CAST('\"\u{F8F0}u\"' AS JSON))",
    ),
    ("parse_json", "s", "snowmelt_parse_json(s, 's')"),
    ("try_parse_json", "s", "snowmelt_try_parse_json(s, 's')"),
    ("check_json", "s", "snowmelt_check_json(s)"),
    (
        "type_of",
        "v",
        "CASE json_type(v) WHEN 'UBIGINT' THEN 'INTEGER' WHEN 'BIGINT' THEN 'INTEGER' WHEN 'HUGEINT' THEN 'INTEGER' WHEN 'UHUGEINT' THEN 'INTEGER' WHEN 'DOUBLE' THEN CASE WHEN regexp_matches(CAST(v AS VARCHAR), '[eE]') THEN 'DOUBLE' WHEN contains(CAST(v AS VARCHAR), '.') THEN 'DECIMAL' ELSE 'INTEGER' END WHEN 'NULL' THEN 'NULL_VALUE' ELSE json_type(v) END",
    ),
    (
        "variant_to_array",
        "v",
        "CASE json_type(v) WHEN 'ARRAY' THEN v WHEN 'NULL' THEN NULL ELSE json_array(v) END",
    ),
    (
        "variant_to_object",
        "v",
        "CASE json_type(v) WHEN 'OBJECT' THEN v WHEN 'NULL' THEN NULL ELSE CASE WHEN v IS NOT NULL THEN error('[100071 22000] Failed to cast variant value ' || CAST(v AS VARCHAR) || ' to OBJECT') END END",
    ),
    // A key as a step of a path.
    (
        "step",
        "k",
        "'$.\"' || replace(replace(k, '\\', '\\\\'), '\"', '\\\"') || '\"'",
    ),
    (
        "get_ignore_case",
        "v, k",
        "json_extract(v, snowmelt.step(list_filter(json_keys(v), lambda x: lower(x) = lower(k))[1]))",
    ),
    // The elements of an array; a JSON null is a NULL.
    (
        "items",
        "v",
        "CASE WHEN json_type(v) = 'ARRAY' THEN CAST(v AS JSON[]) END",
    ),
    (
        "object_of",
        "l",
        "to_json(map_from_entries(list_sort(list_filter(l, lambda e: e[1] IS NOT NULL AND e[2] IS NOT NULL))))",
    ),
    (
        "entries",
        "v",
        "list_transform(json_keys(v), lambda k: ROW(k, json_extract(v, snowmelt.step(k))))",
    ),
    (
        "object_insert",
        "v, k, x, u",
        "CASE WHEN NOT u AND list_contains(json_keys(v), k) THEN error('[100075 22000] Duplicate field key ''' || k || '''') ELSE snowmelt.object_of(list_append(list_filter(snowmelt.entries(v), lambda e: e[1] <> k), ROW(k, x))) END",
    ),
    (
        "slice_of",
        "l, a, b",
        "list_slice(l, CASE WHEN a < 0 THEN greatest(len(l) + a, 0) ELSE a END + 1, CASE WHEN b < 0 THEN len(l) + b ELSE b END)",
    ),
    (
        "inserted",
        "l, i, x",
        "list_concat(list_slice(l, 1, CASE WHEN i < 0 THEN greatest(len(l) + i, 0) ELSE i END), CASE WHEN i > len(l) THEN list_transform(range(i - len(l)), lambda n: CAST(NULL AS JSON)) ELSE CAST([] AS JSON[]) END, [x], list_slice(l, CASE WHEN i < 0 THEN greatest(len(l) + i, 0) ELSE i END + 1, len(l)))",
    ),
    (
        "removed_at",
        "l, i",
        "list_concat(list_slice(l, 1, CASE WHEN i < 0 THEN len(l) + i ELSE i END), list_slice(l, CASE WHEN i < 0 THEN len(l) + i ELSE i END + 2, len(l)))",
    ),
    // Equal elements count as often as they stand in both.
    (
        "distinct_items",
        "l",
        "list_filter(l, lambda x, i: list_position(list_transform(l, lambda y: coalesce(y, 'null')), coalesce(x, 'null')) = i)",
    ),
    (
        "common_items",
        "a, b",
        "list_filter(a, lambda x, i: len(list_filter(list_slice(a, 1, i), lambda y: y IS NOT DISTINCT FROM x)) <= len(list_filter(b, lambda y: y IS NOT DISTINCT FROM x)))",
    ),
    (
        "other_items",
        "a, b",
        "list_filter(a, lambda x, i: len(list_filter(list_slice(a, 1, i), lambda y: y IS NOT DISTINCT FROM x)) > len(list_filter(b, lambda y: y IS NOT DISTINCT FROM x)))",
    ),
    (
        "smallest",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NOT NULL AND TRY_CAST(json_extract_string(x, '$') AS DOUBLE) IS NULL)) = 0 THEN list_sort(list_transform(list_filter(l, lambda x: x IS NOT NULL), lambda x: ROW(CAST(json_extract_string(x, '$') AS DOUBLE), x)))[1][2] ELSE list_sort(list_filter(l, lambda x: x IS NOT NULL))[1] END",
    ),
    (
        "largest",
        "l",
        "CASE WHEN len(list_filter(l, lambda x: x IS NOT NULL AND TRY_CAST(json_extract_string(x, '$') AS DOUBLE) IS NULL)) = 0 THEN list_reverse_sort(list_transform(list_filter(l, lambda x: x IS NOT NULL), lambda x: ROW(CAST(json_extract_string(x, '$') AS DOUBLE), x)))[1][2] ELSE list_reverse_sort(list_filter(l, lambda x: x IS NOT NULL))[1] END",
    ),
    // Rows of FLATTEN: key, path, index, value.
    (
        "flatten_path",
        "prefix, k",
        "CASE WHEN regexp_full_match(k, '[A-Za-z_][A-Za-z0-9_$]*') THEN CASE WHEN prefix = '' THEN k ELSE prefix || '.' || k END ELSE prefix || '[''' || replace(k, '''', '\\''') || ''']' END",
    ),
    (
        "flatten_array",
        "v, prefix",
        "list_transform(CAST(v AS JSON[]), lambda x, i: {'k': CAST(NULL AS VARCHAR), 'p': prefix || '[' || CAST(i - 1 AS VARCHAR) || ']', 'i': CAST(i - 1 AS BIGINT), 'v': coalesce(x, CAST('null' AS JSON))})",
    ),
    (
        "flatten_object",
        "v, prefix",
        "list_transform(list_sort(json_keys(v)), lambda k: {'k': k, 'p': snowmelt.flatten_path(prefix, k), 'i': CAST(NULL AS BIGINT), 'v': json_extract(v, snowmelt.step(k))})",
    ),
    (
        "flatten_rows",
        "v, prefix, arrays, objects",
        "CASE WHEN arrays AND json_type(v) = 'ARRAY' THEN snowmelt.flatten_array(v, prefix) WHEN objects AND json_type(v) = 'OBJECT' THEN snowmelt.flatten_object(v, prefix) END",
    ),
];
