# Kills what Rapid started if Rapid itself is killed.
#
# Rapid holds the other end of our stdin and writes one command per line:
#   watch <group>    from now on this process group is to be killed when Rapid dies
#   forget <group>   it need not be any more
#   kill <group>     kill it now
#   leave            all is well, go
# The end of the input means that Rapid is dead.
#
# $1 is what the environment of Rapid's processes contains and no other's. It finds daemons, which
# have left their group, where /proc shows environments.

trap '' HUP INT QUIT TERM
mark=$1
groups=

kill_group() {
  kill -s KILL -- "-$1"
}

while read -r verb group; do
  case $verb in
    watch)
      groups="$groups $group"
      ;;
    forget)
      kept=
      for each in $groups; do
        [ "$each" = "$group" ] || kept="$kept $each"
      done
      groups=$kept
      ;;
    kill)
      kill_group "$group"
      ;;
    leave)
      exit 0
      ;;
  esac
done

# Children that left their group and wiped their environment are known by their parents alone, while these live.
descendants() {
  # Some of the files are gone when they are read.
  cat /proc/[0-9]*/status 2>/dev/null | awk -v roots="$groups" '
    /^Pid:/ { pid = $2 }
    /^PPid:/ { parent[pid] = $2 }
    END {
      count = split(roots, list, " ")
      for (i = 1; i <= count; i++) found[list[i]] = 1
      do {
        more = 0
        for (pid in parent)
          if (!(pid in found) && parent[pid] in found) { found[pid] = 1; more = 1; print pid }
      } while (more)
    }'
}

[ -z "$groups" ] || children=$(descendants)
for each in $groups; do
  kill_group "$each"
done
for each in ${children:-}; do
  kill -s KILL "$each"
done

# Variables are separated by zero bytes, where some greps end a line for good.
if printf 'a\000b\n' | grep -q -F b; then
  marked() {
    grep -l -F -e "$mark" /proc/[0-9]*/environ
  }
else
  marked() {
    for file in /proc/[0-9]*/environ; do
      tr '\000' '\n' <"$file" | grep -q -F -e "$mark" && echo "$file"
    done
  }
fi

kill_marked() {
  tries=0
  found=$(marked)
  while [ -n "$found" ] && [ "$tries" -lt 20 ]; do
    for file in $found; do
      pid=${file#/proc/}
      kill -s KILL "${pid%/environ}"
    done
    tries=$((tries + 1))
    found=$(marked)
  done
}

kill_marked
# A process that was being started at that moment has its environment only now.
sleep 1
kill_marked
