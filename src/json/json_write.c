/* The turn goes from chunk to chunk: whoever has it knows where its text belongs. Text
 * that does not fit at the place it is meant for, because the estimate was too low,
 * stays in a block of its own, and so does everything behind it. */
#include "json/json_write.h"

#include <string.h>

#include "base/alloc.h"
#include "json/json_rows.h"
#include "thread/thread.h"

enum {
    SAMPLE = 32,           /* rows of a section whose text is measured */
    FEW_ROWS = 64,         /* of one chunk, whatever they are like */
    CHUNK_BYTES = 1 << 16, /* of text, about */
    FIRST_BYTES = 1 << 17, /* room that a worker begins with */
    SPARE = 4096           /* estimated more than what follows from the sample */
};

/* ---- Before ---- */

/* The bytes of a row's text, as far as some rows tell; what cannot be written counts
 * for nothing here. */
static nx_status
sample_row_bytes(const nx_json_section *section, const nx_json_policy *policy,
                 double *bytes, nx_error *error)
{
    nx_error own;
    nx_json_writer writer = {
        .out = {NULL, NULL, true},
        .policy = policy,
        .error = &own,
    };
    const size_t n = section->rows < SAMPLE ? section->rows : SAMPLE;
    const size_t distance = section->rows / n;
    size_t total = 0;
    nx_status status = NX_OK;
    for (size_t i = 0; i < n && status == NX_OK; i++) {
        const size_t row = i * distance;
        uint8_t *at = nx_json_room(&writer, writer.out.begin, FIRST_BYTES);
        at =
            at == NULL ? NULL : nx_json_put_section(&writer, section, row, row + 1, at);
        if (at != NULL) {
            total += (size_t)(at - writer.out.begin);
        }
        else if (own.status == NX_ERR_MEMORY) {
            status = NX_ERR_MEMORY;
            if (error != NULL) {
                *error = own;
            }
        }
    }
    if (!writer.out.borrowed) {
        nx_free(writer.out.begin);
    }
    *bytes = (double)total / (double)n + 1; /* what stands between rows */
    return status;
}

nx_status
nx_json_measure(nx_json_document *document, size_t *estimate, nx_error *error)
{
    double total = (double)document->after.length + SPARE;
    document->chunks = 0;
    for (size_t i = 0; i < document->section_count; i++) {
        nx_json_section *const section = &document->sections[i];
        double bytes = CHUNK_BYTES / (double)FEW_ROWS;
        if (section->rows > FEW_ROWS) {
            const nx_status status =
                sample_row_bytes(section, &document->policy, &bytes, error);
            if (status != NX_OK) {
                return status;
            }
        }
        const double fitting = CHUNK_BYTES / bytes;
        section->chunk_rows = fitting < 1 ? 1 : (size_t)fitting;
        section->first_chunk = document->chunks;
        document->chunks += (section->rows - 1) / section->chunk_rows + 1;
        total += (double)section->before.length + SPARE +
                 bytes * (double)section->rows * 1.0625;
    }
    *estimate = total < (double)(SIZE_MAX / 4) ? (size_t)total : SIZE_MAX / 4;
    return NX_OK;
}

/* ---- Meanwhile ---- */

/* What workers share. */
typedef struct write_job {
    const nx_json_document *document;
    nx_json_text *text;
    nx_json_out *rooms; /* of each worker; NULL: a single one writes in place */
    nx_mutex lock;
    nx_cond moved;
    size_t turn; /* the chunk that comes next */
    bool closed; /* nothing comes any more */
    nx_json_block **last;
} write_job;

/* The section that a chunk belongs to. */
static const nx_json_section *
section_of(const nx_json_document *document, size_t chunk)
{
    size_t low = 0, high = document->section_count;
    while (high - low > 1) {
        const size_t middle = low + (high - low) / 2;
        if (document->sections[middle].first_chunk <= chunk) {
            low = middle;
        }
        else {
            high = middle;
        }
    }
    return &document->sections[low];
}

/* Writes the text of a chunk; the texts between sections belong to the next one, that
 * at the end to the last one. */
static uint8_t *
put_chunk(nx_json_writer *writer, const nx_json_document *document, size_t chunk,
          uint8_t *at)
{
    const nx_json_section *const section = section_of(document, chunk);
    const size_t first = (chunk - section->first_chunk) * section->chunk_rows;
    const size_t left = section->rows - first;
    const size_t n = left < section->chunk_rows ? left : section->chunk_rows;
    if (first == 0) {
        at = nx_json_put_span(writer, section->before, at);
    }
    if (at != NULL) {
        at = nx_json_put_section(writer, section, first, first + n, at);
        if (at == NULL) {
            writer->error->line = (uint64_t)(section - document->sections);
        }
    }
    if (at != NULL && chunk + 1 == document->chunks) {
        at = nx_json_put_span(writer, document->after, at);
    }
    return at;
}

/* Keeps the text of a chunk in a block, with the memory that it is in. */
static nx_status
keep_block(write_job *job, nx_json_out *out, size_t offset, size_t length,
           nx_error *error)
{
    nx_json_block *const block = nx_alloc(1, sizeof *block);
    if (block == NULL) {
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for JSON");
    }
    const size_t capacity = (size_t)(out->limit - out->begin);
    uint8_t *const less = nx_realloc(out->begin, capacity, length, 1);
    *block = (nx_json_block){NULL, offset, length, less == NULL ? out->begin : less};
    *job->last = block;
    job->last = &block->next;
    *out = (nx_json_out){NULL, NULL, true};
    return NX_OK;
}

/* Waits until a chunk has the turn, with the lock held from then on. False if it never
 * will: a chunk before it failed, and that error is the one that counts. */
static bool
take_turn(write_job *job, size_t chunk)
{
    nx_mutex_lock(&job->lock);
    while (job->turn != chunk && !job->closed) {
        nx_cond_wait(&job->moved, &job->lock, NX_WAIT_FOREVER);
    }
    return !job->closed;
}

/* Hands the turn on, or nobody gets it any more. */
static void
pass_turn(write_job *job, bool goes_on)
{
    job->turn++;
    job->closed |= !goes_on;
    nx_cond_broadcast(&job->moved);
    nx_mutex_unlock(&job->lock);
}

/* Gives the text of a chunk its place. Text that fits is copied without the lock, as
 * nobody else writes there. */
static nx_status
place(write_job *job, size_t chunk, nx_json_out *out, size_t length, nx_error *error)
{
    nx_json_text *const text = job->text;
    nx_status status = NX_OK;
    size_t total = 0;
    if (!take_turn(job, chunk)) {
        nx_mutex_unlock(&job->lock);
        return nx_error_set(error, NX_ERR_CANCELLED, 0, "cancelled");
    }
    const size_t offset = text->length;
    const bool fits =
        offset == text->in_place && length <= text->capacity - text->in_place;
    if (!nx_size_add(offset, length, &total)) {
        status = nx_error_set(error, NX_ERR_OVERFLOW, 0, "the text is too long");
    }
    else if (fits) {
        text->in_place = total;
    }
    else {
        status = keep_block(job, out, offset, length, error);
    }
    text->length = total;
    pass_turn(job, status == NX_OK);
    if (fits && status == NX_OK && length > 0) {
        memcpy(text->start + offset, out->begin, length);
    }
    return status;
}

static nx_status
write_chunk(void *context, size_t chunk, unsigned worker, nx_error *error)
{
    write_job *const job = context;
    nx_json_out *const out = &job->rooms[worker];
    nx_json_writer writer = {*out, &job->document->policy, error};
    uint8_t *at = nx_json_room(&writer, out->begin, FIRST_BYTES);
    if (at != NULL) {
        at = put_chunk(&writer, job->document, chunk, at);
    }
    *out = writer.out;
    if (at == NULL) {
        /* In its turn: the chunks before have theirs, and perhaps an error, still. */
        (void)take_turn(job, chunk);
        pass_turn(job, false);
        return error->status;
    }
    return place(job, chunk, out, (size_t)(at - out->begin), error);
}

/* The same for one thread, which writes in place. */
static nx_status
write_chunk_in_place(void *context, size_t chunk, unsigned worker, nx_error *error)
{
    write_job *const job = context;
    nx_json_text *const text = job->text;
    const size_t offset = text->length;
    nx_json_writer writer = {
        .out = {NULL, NULL, true},
        .policy = &job->document->policy,
        .error = error,
    };
    (void)worker;
    if (offset == text->in_place) {
        writer.out.begin = text->start + offset;
        writer.out.limit = text->start + text->capacity;
    }
    uint8_t *at = writer.out.begin;
    at = at == NULL ? nx_json_room(&writer, at, FIRST_BYTES) : at;
    at = at == NULL ? NULL : put_chunk(&writer, job->document, chunk, at);
    nx_status status = at == NULL ? error->status : NX_OK;
    if (status == NX_OK) {
        const size_t length = (size_t)(at - writer.out.begin);
        if (!nx_size_add(offset, length, &text->length)) {
            status = nx_error_set(error, NX_ERR_OVERFLOW, 0, "the text is too long");
        }
        else if (writer.out.borrowed) {
            text->in_place = text->length;
        }
        else {
            status = keep_block(job, &writer.out, offset, length, error);
        }
    }
    if (!writer.out.borrowed) {
        nx_free(writer.out.begin);
    }
    return status;
}

static nx_status
write_by_threads(write_job *job, unsigned threads, const nx_wait *wait, nx_error *error)
{
    job->rooms = nx_alloc_zeroed(threads, sizeof *job->rooms);
    if (job->rooms == NULL || !nx_cond_init(&job->moved)) {
        nx_free(job->rooms);
        return nx_error_set(error, NX_ERR_MEMORY, 0, "no memory left for JSON");
    }
    nx_mutex_init(&job->lock);
    for (unsigned i = 0; i < threads; i++) {
        job->rooms[i].borrowed = true;
    }
    const nx_status status =
        nx_parallel_for(job->document->chunks, threads, write_chunk, job, wait, error);
    for (unsigned i = 0; i < threads; i++) {
        if (!job->rooms[i].borrowed) {
            nx_free(job->rooms[i].begin);
        }
    }
    nx_mutex_destroy(&job->lock);
    nx_cond_destroy(&job->moved);
    nx_free(job->rooms);
    return status;
}

nx_status
nx_json_write(const nx_json_document *document, unsigned threads, const nx_wait *wait,
              nx_json_text *text, nx_error *error)
{
    write_job job = {.document = document, .text = text, .last = &text->blocks};
    if (threads > 1 && document->chunks > 1) {
        return write_by_threads(&job, threads, wait, error);
    }
    return nx_parallel_for(document->chunks, 1, write_chunk_in_place, &job, wait,
                           error);
}

/* ---- Afterwards ---- */

void
nx_json_text_complete(const nx_json_text *text, uint8_t *start)
{
    for (const nx_json_block *block = text->blocks; block != NULL;
         block = block->next) {
        memcpy(start + block->offset, block->text, block->length);
    }
}

void
nx_json_text_clear(nx_json_text *text)
{
    while (text->blocks != NULL) {
        nx_json_block *const block = text->blocks;
        text->blocks = block->next;
        nx_free(block->text);
        nx_free(block);
    }
}
