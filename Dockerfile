# Rapid on a slim Java 25. (Written without a Docker engine at hand; not run yet.)
#
#   docker build -t rapid .
#   docker run --rm -p 8080:8080 -v "$PWD/function:/var/task" rapid
#
# As a base image: FROM rapid, then copy the function to /var/task; without a command the image serves
# /var/task/bootstrap on port 8080.
#
# As a program that is copied into another image with glibc, with its Java beside it, in the place of AWS's emulator:
#   COPY --from=rapid /opt/rapid /opt/rapid
#   COPY --from=rapid /opt/java/openjdk /opt/java/openjdk
#   RUN ln -sf /opt/rapid/bin/aws-lambda-rie /usr/local/bin/aws-lambda-rie

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -ntp -q -Dquick -DskipTests -DskipAot -pl standalone-cli -am package \
    && javac -d standalone-cli/target/package standalone-cli/src/dist/Package.java

FROM eclipse-temurin:25-jre
# The archive of classes is good only for the very Java that wrote it, so it is made here.
RUN --mount=type=bind,from=build,source=/src/standalone-cli,target=/build \
    java -cp /build/target/package Package /build/src/dist /opt/rapid /build/target/standalone-cli-*.jar \
      "$(ls -d /build/target/rapid/lib/*.jar | tr '\n' ':')" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" false \
    && ls /opt/rapid/lib/*.aot \
    && rm -f /opt/rapid.stamp /opt/rapid-training.* \
    && ln -s /opt/rapid/bin/rapid /opt/rapid/bin/aws-lambda-rie /usr/local/bin/ \
    && mkdir -p /var/task
WORKDIR /var/task
# For callers from outside of the container; on its own, Rapid listens on the loopback interface.
ENV RAPID_LISTEN=0.0.0.0:8080
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/rapid"]
CMD ["serve", "--", "/var/task/bootstrap"]
