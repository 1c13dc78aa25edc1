# Kills what Rapid started if Rapid itself is killed.
#
# Rapid holds the other end of our stdin and writes one command per line:
#   watch <group>    from now on this process group is to be killed when Rapid dies
#   forget <group>   it need not be any more
#   kill <group>     kill it now
#   stop <group> [<process>...]    stop it and these processes where they are
#   go-on <group> [<process>...]   let them go on
#   leave            all is well, go
# The end of the input means that Rapid is dead.
#
# $1 is a shell pattern for the marks of Rapid's processes, which are their soft limits on file locks. It finds daemons, which
# have left their group, their parents and their environment, where /proc shows limits.

trap '' HUP INT QUIT TERM
mark=$1
groups=

kill_group() {
  kill -s KILL -- "-$1"
}

while read -r verb group others; do
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
    stop)
      # shellcheck disable=SC2086 # a list
      kill -s STOP -- "-$group" $others
      ;;
    go-on)
      # shellcheck disable=SC2086 # a list
      kill -s CONT -- "-$group" $others
      ;;
    leave)
      exit 0
      ;;
  esac
done

# Where processes cannot be marked, those that left their group are known by their parents alone, while these live.
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

# Returns 0 if a process has the mark, 1 if not, 2 if it is gone. Everything here is built into the shell: a process that
# forks and exits would be gone before a program could look at it.
has_mark() {
  limit=gone
  while read -r first second third limit rest; do
    [ "$first $second $third" != 'Max file locks' ] || break
    limit=gone
  done <"/proc/$1/limits"
  # shellcheck disable=SC2254 # a pattern
  case $limit in
    gone) return 2 ;;
    $mark) return 0 ;;
    *) return 1 ;;
  esac
}

# Kills what has the mark, until nothing is left. A process that starts another one and exits while we look is in the
# list itself, or its child is; so if all in the list were looked at while they ran, none was missed.
kill_marked() {
  passes=0
  seen=' '
  missed=yes
  while [ "$missed" = yes ] && [ "$passes" -lt 1000 ]; do
    passes=$((passes + 1))
    missed=no
    for process in /proc/[0-9]*; do
      pid=${process#/proc/}
      case $seen in
        *" $pid "*) continue ;;
      esac
      has_mark "$pid"
      case $? in
        0)
          kill -s KILL "$pid"
          missed=yes
          stat=
          read -r stat <"$process/stat"
          # Behind the name in brackets stands the state; one in state Z has ended.
          case ${stat##*) } in
            Z*) seen="$seen$pid " ;;
          esac
          ;;
        1) seen="$seen$pid " ;;
        2) missed=yes ;;
      esac
    done
  done
}

[ -r /proc/self/limits ] || exit 0
kill_marked
# What was being started at that moment has its mark only now.
sleep 1
kill_marked
