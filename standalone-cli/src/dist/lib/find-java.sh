# Finds a JDK; read by the launchers with '.'. Starts no Java and, where it can, no process at all:
# a JDK's file 'release' tells its version.
#
#   find_java [HINT]   sets java_home, java_feature (25) and java_build (what identifies the build),
#                      or complains and returns 1. HINT is a JDK that is tried early.
#
# RAPID_JAVA_HOME decides alone. Else the first JDK from 25 on is taken, else the newest from 21 on.
# Set java_program=bin/javac before to accept only JDKs that can compile.

java_minimum=21
java_preferred=25

# Sets feature and build to those of the JDK at $1, or returns 1 if there is none.
read_release() {
  feature=0
  build=
  [ -x "$1/bin/java" ] && [ -x "$1/${java_program:-bin/java}" ] && [ -r "$1/release" ] || return 1
  while IFS= read -r line || [ -n "$line" ]; do
    build=$build$line
    case $line in
      JAVA_VERSION=*)
        feature=${line#*=}
        feature=${feature#\"}
        feature=${feature%%[!0-9]*}
        feature=${feature:-0}
        return 0
        ;;
    esac
  done <"$1/release"
  return 1
}

# Remembers the JDK at $1 if it is the best so far; returns 0 if there is no need to look further.
consider_java() {
  [ -n "$1" ] && read_release "$1" && [ "$feature" -gt "$java_feature" ] || return 1
  java_home=$1
  java_feature=$feature
  java_build=$build
  [ "$feature" -ge "$java_preferred" ]
}

consider_java_on_path() {
  java=$(command -v java) || return 1
  java=$(readlink -f -- "$java" 2>/dev/null) || return 1
  consider_java "${java%/bin/java}"
}

consider_installed_javas() {
  for candidate in \
    /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /opt/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.asdf/installs/java/* \
    "${HOME:-/nonexistent}"/.local/share/mise/installs/java/* \
    "${HOME:-/nonexistent}"/.jdks/* \
    "${HOME:-/nonexistent}"/.gradle/jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-/nonexistent}"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    consider_java "$candidate" && return 0
  done
  [ -x /usr/libexec/java_home ] || return 1
  consider_java "$(/usr/libexec/java_home -v "$java_minimum+" 2>/dev/null)"
}

find_java() {
  java_home=
  java_feature=0
  java_build=
  if [ -n "${RAPID_JAVA_HOME:-}" ]; then
    consider_java "$RAPID_JAVA_HOME"
    [ "$java_feature" -ge "$java_minimum" ] && return 0
    echo "rapid: RAPID_JAVA_HOME=$RAPID_JAVA_HOME is not a JDK $java_minimum or newer" >&2
    return 1
  fi
  consider_java "${JAVA_HOME:-}" || consider_java "${1:-}" || consider_java_on_path ||
    consider_installed_javas
  [ "$java_feature" -ge "$java_minimum" ] && return 0
  if [ "$java_feature" -gt 0 ]; then
    echo "rapid: Java $java_minimum or newer is needed; the newest found is $java_feature in $java_home" >&2
  else
    echo "rapid: Java $java_minimum or newer is needed, and none was found" >&2
  fi
  echo "Install one, best a JDK $java_preferred: https://adoptium.net, 'sdk install java' or your system's" >&2
  echo "packages (Debian: openjdk-$java_preferred-jdk-headless). If it is in an unusual place, name it in RAPID_JAVA_HOME." >&2
  return 1
}
