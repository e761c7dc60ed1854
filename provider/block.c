/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Called by decoder.c for every PEM block that any host decodes. So a foreign
 * label is told apart by its first line, and the block is taken to its end and
 * no further: what follows it is the next reader's. Only our own block is then
 * read, by libcrypto. The lines come through the core's own BIO_gets, which
 * needs no library context of ours.
 */
#include "provider/block.h"

#include <string.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include "core/reference.h"

#define BLOCK_MAX  4096
#define BEFORE_MAX 65536 /* bytes in front of a block: not PEM beyond */
#define LINE_SIZE  256

static const char begin[] = "-----BEGIN ";
static const char end[] = "-----END ";
static const char ours[] = "-----BEGIN " ENROLL_REFERENCE_LABEL "-----";

struct lines {
    const struct enroll_provider *provider;
    OSSL_CORE_BIO *in;
    int at_start; /* the next piece begins a line */
    int starts;   /* this one does */
    size_t length;
    char text[LINE_SIZE];
};

static int next(struct lines *lines)
{
    int got = lines->provider->bio_gets(lines->in, lines->text, LINE_SIZE);

    if (got <= 0)
        return 0;
    lines->length = (size_t)got;
    lines->starts = lines->at_start;
    lines->at_start = lines->text[got - 1] == '\n';
    return 1;
}

static int begins_with(const struct lines *lines, const char *text)
{
    return lines->starts && strncmp(lines->text, text, strlen(text)) == 0;
}

static int find_begin(struct lines *lines)
{
    size_t before = 0;

    while (before < BEFORE_MAX && next(lines)) {
        if (begins_with(lines, begin))
            return 1;
        before += lines->length;
    }
    return 0;
}

static void skip_block(struct lines *lines)
{
    while (next(lines))
        if (begins_with(lines, end))
            break;
}

/* From the first line, which is there already, to the last. */
static int collect_block(struct lines *lines, char text[BLOCK_MAX],
                         size_t *length)
{
    size_t used = 0;

    do {
        if (lines->length > BLOCK_MAX - used)
            return 0;
        memcpy(text + used, lines->text, lines->length);
        used += lines->length;
        *length = used;
        if (begins_with(lines, end))
            return 1;
    } while (next(lines));
    return 0;
}

static char *parse(const char *text, size_t length)
{
    BIO *memory = BIO_new_mem_buf(text, (int)length);
    char *name = NULL, *header = NULL, *uri = NULL;
    unsigned char *der = NULL;
    long size = 0;

    ERR_set_mark();
    if (memory != NULL && PEM_read_bio(memory, &name, &header, &der, &size)) {
        if (*header == '\0')
            uri = enroll_reference_decode(der, (size_t)size);
        OPENSSL_free(name);
        OPENSSL_free(header);
        OPENSSL_free(der);
    }
    ERR_pop_to_mark();
    BIO_free(memory);
    return uri;
}

enum enroll_block enroll_block_read(const struct enroll_provider *provider,
                                    OSSL_CORE_BIO *in, char **uri)
{
    struct lines lines = {.provider = provider, .in = in, .at_start = 1};
    char text[BLOCK_MAX];
    size_t length = 0;

    if (!find_begin(&lines))
        return ENROLL_BLOCK_NONE;
    if (!begins_with(&lines, ours)) {
        skip_block(&lines);
        return ENROLL_BLOCK_NONE;
    }
    if (collect_block(&lines, text, &length))
        *uri = parse(text, length);
    return *uri != NULL ? ENROLL_BLOCK_OURS : ENROLL_BLOCK_BAD;
}
