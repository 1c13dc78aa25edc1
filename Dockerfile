# Rapid on a slim Java 25.
#
#   docker build -t rapid .
#   docker run -p 8080:8080 -v "$PWD/function:/var/task" rapid serve --listen 0.0.0.0:8080 -- /var/task/bootstrap
#
# As a base image: FROM rapid, then copy the function to /var/task; without a command the image serves
# /var/task/bootstrap on port 8080.
#
# As a binary that is copied into another image, with its Java beside it:
#   COPY --from=rapid /opt/rapid /opt/rapid
#   COPY --from=rapid /opt/java/openjdk /opt/java/openjdk
#   RUN ln -s /opt/rapid/bin/aws-lambda-rie /usr/local/bin/aws-lambda-rie

FROM maven:3.9-eclipse-temurin-25 AS build
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends curl && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
# The archive of ready classes is good for the JDK build that wrote it: both images have the same one.
RUN mvn -B -ntp -q -Dquick -DskipTests -pl standalone-cli -am package

FROM eclipse-temurin:25-jre
COPY --from=build /src/standalone-cli/target/rapid /opt/rapid
RUN ln -s /opt/rapid/bin/rapid /usr/local/bin/rapid \
    && ln -s /opt/rapid/bin/aws-lambda-rie /usr/local/bin/aws-lambda-rie \
    && mkdir -p /var/task /opt/extensions
WORKDIR /var/task
EXPOSE 8080
ENTRYPOINT ["/usr/local/bin/rapid"]
CMD ["serve", "--listen", "0.0.0.0:8080", "--", "/var/task/bootstrap"]
