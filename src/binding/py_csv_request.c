#include "binding/py_csv_request.h"

#include "base/alloc.h"
#include "binding/py_error.h"

/* ---- Rules ---- */

/* One rule as it comes: flags, and tuples of words in the order of rule_words. */
typedef struct rule_arguments {
    int default_na, missing_raises, leading_zeros_int, strip;
    int decimal; /* 0: numbers have the usual form */
    PyObject *words[3];
    PyObject *thousands;
    PyObject *dates; /* NULL or empty: ISO 8601 */
} rule_arguments;

static bool
parse_rule(PyObject *tuple, rule_arguments *rule)
{
    rule->decimal = 0;
    rule->thousands = rule->dates = NULL;
    return PyArg_ParseTuple(tuple, "pO!O!O!ppp|iO!O!", &rule->default_na, &PyTuple_Type,
                            &rule->words[0], &PyTuple_Type, &rule->words[1],
                            &PyTuple_Type, &rule->words[2], &rule->missing_raises,
                            &rule->leading_zeros_int, &rule->strip, &rule->decimal,
                            &PyBytes_Type, &rule->thousands, &PyBytes_Type,
                            &rule->dates) != 0;
}

/* The forms of numbers and dates. The bytes outlive the rules. */
static bool
parse_forms(nx_py_csv_requests *made, const rule_arguments *from, size_t rule)
{
    nx_csv_rules *to = &made->rules[rule];
    nx_error error;
    to->own_numbers = from->decimal != 0;
    to->decimal = (uint8_t)from->decimal;
    if (from->dates == NULL) {
        return true;
    }
    to->thousands = (nx_csv_token){(const uint8_t *)PyBytes_AsString(from->thousands),
                                   (size_t)PyBytes_Size(from->thousands)};
    const size_t size = (size_t)PyBytes_Size(from->dates);
    if (size == 0) {
        return true;
    }
    if (nx_date_format_compile(&made->dates[rule],
                               (const uint8_t *)PyBytes_AsString(from->dates), size,
                               &error) != NX_OK) {
        PyErr_SetString(PyExc_ValueError, error.msg);
        return false;
    }
    to->dates = &made->dates[rule];
    return true;
}

/* Number of words in all rules, at least 1; 0 with an exception set. */
static size_t
count_words(PyObject *rules)
{
    size_t count = 1;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rules); i++) {
        rule_arguments rule;
        if (!parse_rule(PyTuple_GET_ITEM(rules, i), &rule)) {
            return 0;
        }
        for (int set = 0; set < 3; set++) {
            count += (size_t)PyTuple_GET_SIZE(rule.words[set]);
        }
    }
    return count;
}

/* Makes a set of a tuple of bytes; *words moves behind those used. */
static bool
parse_words(PyObject *tuple, nx_csv_word **words, nx_csv_words *set)
{
    const Py_ssize_t count = PyTuple_GET_SIZE(tuple);
    nx_csv_word *first = *words;
    for (Py_ssize_t i = 0; i < count; i++) {
        char *text;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GET_ITEM(tuple, i), &text, &size) < 0) {
            return false;
        }
        if (size > NX_CSV_WORD_MAX) {
            PyErr_Format(PyExc_ValueError,
                         "a word for missing, true or false has at most %d bytes, "
                         "got one of %zd",
                         NX_CSV_WORD_MAX, size);
            return false;
        }
        *(*words)++ = (nx_csv_word){(const uint8_t *)text, (size_t)size};
    }
    nx_csv_words_init(set, first, (size_t)count);
    return true;
}

static bool
parse_rules(nx_py_csv_requests *made, PyObject *rules)
{
    const size_t words = count_words(rules);
    if (words == 0) {
        return false;
    }
    made->words = nx_alloc(words, sizeof made->words[0]);
    made->rules =
        nx_alloc_zeroed((size_t)PyTuple_GET_SIZE(rules), sizeof made->rules[0]);
    made->dates = nx_alloc((size_t)PyTuple_GET_SIZE(rules), sizeof made->dates[0]);
    if (made->words == NULL || made->rules == NULL || made->dates == NULL) {
        PyErr_NoMemory();
        return false;
    }
    nx_csv_word *next = made->words;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(rules); i++) {
        nx_csv_rules *to = &made->rules[i];
        rule_arguments rule;
        if (!parse_rule(PyTuple_GET_ITEM(rules, i), &rule) ||
            !parse_words(rule.words[0], &next, &to->na) ||
            !parse_words(rule.words[1], &next, &to->trues) ||
            !parse_words(rule.words[2], &next, &to->falses) ||
            !parse_forms(made, &rule, (size_t)i)) {
            return false;
        }
        to->default_na = rule.default_na;
        to->missing_raises = rule.missing_raises;
        to->leading_zeros_int = rule.leading_zeros_int;
        to->strip = rule.strip;
    }
    return true;
}

/* ---- Requests ---- */

static bool
parse_request(nx_py_csv_requests *made, size_t i, PyObject *tuple, size_t fields,
              size_t rule_count)
{
    Py_ssize_t field, rule;
    const char *name;
    long long limit;
    if (!PyArg_ParseTuple(tuple, "nsLn", &field, &name, &limit, &rule)) {
        return false;
    }
    const nx_type type = nx_type_of_name(name);
    if (field < 0 || (size_t)field >= fields || rule < 0 ||
        (size_t)rule >= rule_count) {
        PyErr_SetString(PyExc_IndexError, "a column or rule that does not exist");
        return false;
    }
    if (type == NX_TYPE_NONE && *name != '\0') {
        PyErr_Format(PyExc_ValueError, "no column can have the type '%s'", name);
        return false;
    }
    made->columns[i] = (size_t)field;
    made->requests[i] =
        (nx_csv_request){.type = type, .limit = limit, .rules = &made->rules[rule]};
    return true;
}

bool
nx_py_csv_requests_parse(nx_py_csv_requests *made, PyObject *requests, PyObject *rules,
                         size_t fields)
{
    if (!PyTuple_Check(requests) || !PyTuple_Check(rules)) {
        PyErr_SetString(PyExc_TypeError, "requests and rules are tuples");
        return false;
    }
    if (!parse_rules(made, rules)) {
        return false;
    }
    made->count = (size_t)PyTuple_GET_SIZE(requests);
    made->columns = nx_alloc(made->count, sizeof made->columns[0]);
    made->requests = nx_alloc_zeroed(made->count, sizeof made->requests[0]);
    if (made->columns == NULL || made->requests == NULL) {
        PyErr_NoMemory();
        return false;
    }
    for (size_t i = 0; i < made->count; i++) {
        if (!parse_request(made, i, PyTuple_GET_ITEM(requests, (Py_ssize_t)i), fields,
                           (size_t)PyTuple_GET_SIZE(rules))) {
            return false;
        }
    }
    return true;
}

void
nx_py_csv_requests_clear(nx_py_csv_requests *made)
{
    nx_free(made->columns);
    nx_free(made->requests);
    nx_free(made->rules);
    nx_free(made->words);
    nx_free(made->dates);
}

PyObject *
nx_py_csv_date_unit(NX_ARGS)
{
    static const char *const names[] = {"D", "s", "ms", "us", "ns"};
    nx_date_format format;
    nx_error error;
    char *text;
    Py_ssize_t size;
    if (!nx_py_arity("csv_date_unit", nargs, 1) ||
        PyBytes_AsStringAndSize(args[0], &text, &size) < 0) {
        return NULL;
    }
    if (nx_date_format_compile(&format, (const uint8_t *)text, (size_t)size, &error) !=
        NX_OK) {
        PyErr_SetString(PyExc_ValueError, error.msg);
        return NULL;
    }
    return PyUnicode_FromString(names[nx_date_format_unit(&format)]);
}
