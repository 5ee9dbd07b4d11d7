/* Which sanitizers this file is compiled with: NX_ASAN, NX_TSAN. */
#ifndef NX_BASE_SANITIZER_H
#define NX_BASE_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define NX_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define NX_TSAN 1
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer) && !defined(NX_ASAN)
#define NX_ASAN 1
#endif
#if __has_feature(thread_sanitizer) && !defined(NX_TSAN)
#define NX_TSAN 1
#endif
#endif

#endif
