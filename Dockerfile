# An image that checks what is mounted at /work:
#
#   docker build -t backuplint .
#   docker run --rm --network none --read-only -v "$PWD:/work:ro" backuplint check
#
# `ram diff` of git revisions is not for this image: there is no git in it.
FROM rust:1.95-slim-bookworm AS build
WORKDIR /source
COPY Cargo.toml Cargo.lock build.rs README.md ./
COPY benches benches
COPY rules rules
COPY schemas schemas
COPY src src
RUN cargo install --locked --path . --root /out

FROM debian:bookworm-slim
COPY --from=build /out/bin/backuplint /usr/local/bin/backuplint
COPY LICENSE-MIT LICENSE-APACHE /usr/share/doc/backuplint/
# Nobody's account: files of a mounted folder are read as far as all may read them.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["backuplint"]
CMD ["check"]
