/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file, from the first look to the rename. Called by the sign command for
 * each; whatever goes wrong, the file stays as it was and the scratch folder
 * goes.
 */
#include "hook/sign/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "hook/sign/digest.h"
#include "hook/sign/original.h"
#include "hook/sign/scratch.h"
#include "hook/sign/signature.h"

#define EXTENSION_MAX 32

/* The file and the names used on its way. */
struct job {
    struct enroll_signer *signer;
    struct enroll_signed_file *result;
    struct enroll_original original;
    struct enroll_scratch scratch;
    char had[PATH_MAX];       /* the signature it came with */
    char made[PATH_MAX];      /* signed, without time stamp */
    char signature[PATH_MAX]; /* the signature of made */
    char stamped[PATH_MAX];   /* ... with the token in it */
    char nothing[PATH_MAX];   /* an empty file */
    char final[PATH_MAX];     /* what takes the file's place */
    char check[PATH_MAX];     /* the signature of final */
};

/* --------------------------------------------------------------- the file */

/* osslsigncode knows scripts by their extension. */
static const char *extension(const char *path)
{
    const char *name = strrchr(path, '/') + 1, *dot = strrchr(name, '.');

    return dot == NULL || strlen(dot) > EXTENSION_MAX ? "" : dot;
}

static int name_all(struct job *job, struct enroll_problem *problem)
{
    const char *end = extension(job->original.path);
    char made[EXTENSION_MAX + 16], final[EXTENSION_MAX + 16];

    snprintf(made, sizeof(made), "made%s", end);
    snprintf(final, sizeof(final), "final%s", end);
    if (enroll_scratch_path(&job->scratch, "had.pem", job->had) &&
        enroll_scratch_path(&job->scratch, made, job->made) &&
        enroll_scratch_path(&job->scratch, "signature.pem", job->signature) &&
        enroll_scratch_path(&job->scratch, "stamped.pem", job->stamped) &&
        enroll_scratch_path(&job->scratch, "nothing", job->nothing) &&
        enroll_scratch_path(&job->scratch, final, job->final) &&
        enroll_scratch_path(&job->scratch, "check.pem", job->check))
        return 1;
    return enroll_problem_set(problem, ENROLL_USAGE, "its path is too long");
}

static int begin(struct job *job, const char *file,
                 struct enroll_problem *problem)
{
    char folder[PATH_MAX];
    int fd;

    if (!enroll_original_open(&job->original, file, job->signer->interrupt,
                              problem))
        return 0;
    strcpy(folder, job->original.path);
    *strrchr(folder, '/') = '\0';
    if (!enroll_scratch_make(&job->scratch, folder[0] == '\0' ? "/" : folder,
                             problem) ||
        !name_all(job, problem))
        return 0;
    fd = open(job->nothing, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot write %s: %s", job->nothing,
                                  strerror(errno));
    close(fd);
    return 1;
}

/* ---------------------------------------------------------- the signature */

static int wrong(struct enroll_problem *problem, const char *what)
{
    return enroll_problem_set(problem, ENROLL_VERIFICATION,
                              "what osslsigncode made %s; the file is left as "
                              "it was",
                              what);
}

/*
 * The signature of file, by way of pem. 1; 0 and *problem: osslsigncode could
 * not be run; -1: there is none that can be read.
 */
static int signature_of(const struct job *job, const char *file,
                        const char *pem, PKCS7 **signature,
                        struct enroll_problem *problem)
{
    int extracted = 1;

    /* A catalogue is its signature; 2.5 does not extract from one. */
    *signature = enroll_signature_from_der(file);
    if (*signature == NULL) {
        extracted = enroll_tool_extract(&job->signer->tool, file, pem, problem);
        if (extracted > 0)
            *signature = enroll_signature_from_pem(pem);
    }
    return extracted > 0 && *signature == NULL ? -1 : extracted;
}

/* The same of what was made, which has to be our leaf's; NULL and *problem. */
static PKCS7 *our_signature(const struct job *job, const char *file,
                            const char *pem, struct enroll_problem *problem)
{
    PKCS7 *signature = NULL;
    X509 *signer = NULL;
    int found = signature_of(job, file, pem, &signature, problem);

    if (found == 0)
        return NULL;
    signer = enroll_signature_signer(signature);
    if (signer == NULL)
        wrong(problem, "bears no signature that can be read");
    else if (X509_cmp(signer, job->signer->leaf) != 0)
        wrong(problem, "is signed with another certificate than the profile's");
    else if (!enroll_signature_valid(signature))
        wrong(problem, "bears a signature that is not right");
    else
        return signature;
    PKCS7_free(signature);
    return NULL;
}

/* Looks at the token in signature; 1 and result->stamped, or 0. */
static int check_token(const struct job *job, PKCS7 *signature,
                       struct enroll_problem *problem)
{
    struct enroll_token_rules rules = {.ca_file = job->signer->tsa.ca_file};
    PKCS7 *token = enroll_signature_token(signature);
    int ok;

    rules.data = enroll_signature_value(signature, &rules.length);
    if (token == NULL || rules.data == NULL) {
        PKCS7_free(token);
        return enroll_problem_set(problem, ENROLL_TIMESTAMP,
                                  "it bears no time stamp");
    }
    ok = enroll_token_check(token, &rules, &job->result->stamped, problem);
    PKCS7_free(token);
    return ok;
}

static void name_signer(X509 *signer, char *name, size_t size)
{
    BIO *out = BIO_new(BIO_s_mem());
    int length = 0;

    if (out != NULL && signer != NULL &&
        X509_NAME_print_ex(out, X509_get_subject_name(signer), 0,
                           XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB) >= 0)
        length = BIO_read(out, name, (int)size - 1);
    name[length > 0 ? length : 0] = '\0';
    BIO_free(out);
}

/* 1: signed by this identity, verified, and stamped if that is wanted. */
static int signed_before(struct job *job, struct enroll_problem *problem)
{
    struct enroll_signer *signer = job->signer;
    PKCS7 *signature = NULL;
    int before = 0, found;

    found =
        signature_of(job, job->original.path, job->had, &signature, problem);
    if (found == 0)
        return -1;
    if (signature != NULL) {
        X509 *had = enroll_signature_signer(signature);

        name_signer(had, job->result->replaced, sizeof(job->result->replaced));
        before = !signer->again && enroll_signer_is_ours(signer, had) &&
                 enroll_signature_valid(signature) &&
                 (!signer->timestamp || check_token(job, signature, NULL)) &&
                 enroll_tool_verify(&signer->tool, signer->profile,
                                    job->original.path, problem);
        PKCS7_free(signature);
    }
    return before;
}

static int put_in(struct job *job, PKCS7 *signature,
                  struct enroll_problem *problem)
{
    PKCS7 *whole = enroll_signature_from_der(job->made);

    PKCS7_free(whole);
    /* A catalogue is its signature; osslsigncode can't attach to one. */
    if (whole != NULL)
        return enroll_signature_write(signature, 0, job->final, problem);
    return enroll_signature_write(signature, 1, job->stamped, problem) &&
           enroll_tool_attach(&job->signer->tool, job->original.path,
                              job->stamped, job->nothing, job->final, problem);
}

static int stamp(struct job *job, PKCS7 *signature,
                 struct enroll_problem *problem)
{
    size_t length = 0;
    const unsigned char *value = enroll_signature_value(signature, &length);
    PKCS7 *token = enroll_tsa_stamp(&job->signer->tsa, value, length,
                                    &job->result->tsa, problem);
    int ok;

    if (token == NULL)
        return 0;
    ok = enroll_signature_add_token(signature, token);
    PKCS7_free(token);
    if (!ok)
        return enroll_problem_set(problem, ENROLL_INTERNAL,
                                  "cannot put the time stamp in");
    return put_in(job, signature, problem);
}

static int make(struct job *job, struct enroll_problem *problem)
{
    struct enroll_signer *signer = job->signer;
    struct enroll_tool_key key = {.profile = signer->profile->name,
                                  .generation = signer->generation,
                                  .identity = signer->identity,
                                  .description = signer->description,
                                  .info_url = signer->info_url};
    PKCS7 *signature = NULL;
    int ok = 1;

    if (!enroll_tool_sign(&signer->tool, &key, job->original.path, job->made,
                          problem))
        return 0;
    signature = our_signature(job, job->made, job->signature, problem);
    if (signature == NULL)
        return 0;
    if (signer->timestamp)
        ok = stamp(job, signature, problem);
    else
        strcpy(job->final, job->made);
    PKCS7_free(signature);
    return ok;
}

/* Once more from the finished file, as anybody else would look at it. */
static int check(struct job *job, struct enroll_problem *problem)
{
    struct enroll_signer *signer = job->signer;
    PKCS7 *signature = NULL;
    int ok;

    if (!enroll_tool_verify(&signer->tool, signer->profile, job->final,
                            problem))
        return 0;
    signature = our_signature(job, job->final, job->check, problem);
    ok = signature != NULL &&
         (!signer->timestamp || check_token(job, signature, problem));
    PKCS7_free(signature);
    return ok;
}

/* ------------------------------------------------------------ the whole way */

static int interrupted(const struct job *job, struct enroll_problem *problem)
{
    if (job->signer->interrupt == NULL ||
        !enroll_interrupt_came(job->signer->interrupt))
        return 0;
    enroll_problem_set(problem, ENROLL_INTERNAL, "interrupted");
    return 1;
}

/* For the journal: what becomes of the file later is not ours. */
static int note(struct job *job)
{
    strcpy(job->result->path, job->original.path);
    enroll_file_digest(job->final, job->result->sha256);
    return 1;
}

enum enroll_signed enroll_sign_file(struct enroll_signer *signer,
                                    const char *file,
                                    struct enroll_signed_file *result,
                                    struct enroll_problem *problem)
{
    struct job job = {.signer = signer, .result = result};
    enum enroll_signed outcome = ENROLL_SIGNED_FAILED;
    int before;

    job.scratch.fd = job.original.fd = -1;
    memset(result, 0, sizeof(*result));
    if (!begin(&job, file, problem))
        goto out;
    before = signed_before(&job, problem);
    if (before < 0)
        goto out;
    if (before > 0)
        outcome = ENROLL_SIGNED_BEFORE;
    else if (make(&job, problem) && check(&job, problem) &&
             !interrupted(&job, problem) && note(&job) &&
             enroll_original_replace(&job.original, job.final,
                                     job.scratch.folder, problem))
        outcome = ENROLL_SIGNED_NOW;
out:
    enroll_scratch_remove(&job.scratch);
    enroll_original_close(&job.original);
    return outcome;
}
