/* Runs a fuzz target on the files that the command line names. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
replay(const char *path)
{
    int failed = 1;
    uint8_t *data = NULL;
    FILE *file = fopen(path, "rb");
    if (file != NULL && fseek(file, 0, SEEK_END) == 0) {
        const long size = ftell(file);
        rewind(file);
        data = malloc(size > 0 ? (size_t)size : 1);
        if (size >= 0 && data != NULL &&
            fread(data, 1, (size_t)size, file) == (size_t)size) {
            fflush(stdout);
            failed = LLVMFuzzerTestOneInput(data, (size_t)size);
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    free(data);
    if (failed != 0) {
        printf("cannot replay %s\n", path);
    }
    return failed;
}

/* With -v names each file before it runs, to see which one ends the program. */
int
main(int argc, char **argv)
{
    int failed = 0;
    const int verbose = argc > 1 && argv[1][0] == '-' && argv[1][1] == 'v';
    for (int i = 1 + verbose; i < argc; i++) {
        if (verbose) {
            printf("%s\n", argv[i]);
        }
        failed += replay(argv[i]) != 0;
    }
    printf("%s: %d replayed, %d failed\n", argv[0], argc - 1 - verbose, failed);
    return failed == 0 ? 0 : 1;
}
