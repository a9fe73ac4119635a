#!/usr/bin/env bash
# Sourced: control groups of a host and of its supervisor, in every hierarchy that the machine has.
# Measured on cgroup v1 with an empty cgroup2 tree at unified. For machines that have cgroup v2 alone: hosts boot and go
# off on such a tree without controllers, more could not be tried where this was written.
cgroup_mount=/sys/fs/cgroup

only_cgroup2() { [[ -e $cgroup_mount/cgroup.controllers ]]; }

# Prints "FOLDER OPTIONS" of each hierarchy: "cpu cpu", "systemd none,name=systemd", "cpu,cpuacct cpu,cpuacct" …
v1_hierarchies() {
  local options folder
  while IFS=: read -r _ options _; do
    folder=${options#name=}
    [[ -n $folder && -d $cgroup_mount/$folder ]] || continue
    [[ $options != name=* ]] || options=none,$options
    echo "$folder $options"
  done </proc/self/cgroup
}

hierarchy_folders() {
  if only_cgroup2; then
    echo "$cgroup_mount"
    return
  fi
  local folder
  while read -r folder _; do
    echo "$cgroup_mount/$folder"
  done < <(v1_hierarchies)
  [[ ! -d $cgroup_mount/unified ]] || echo "$cgroup_mount/unified"
}

# GROUP: makes it, and those above it, in every hierarchy.
make_cgroup() {
  local hierarchy parent level
  for hierarchy in $(hierarchy_folders); do
    parent=$hierarchy
    for level in ${1//\// }; do
      ! only_cgroup2 || hand_down_controllers "$parent"
      mkdir -p "$parent/$level"
      inherit_settings "$parent" "$parent/$level"
      parent=$parent/$level
    done
  done
}

hand_down_controllers() { # GROUP_FOLDER; cgroup v2 only
  local controller
  for controller in $(<"$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null || true # some cannot be handed down on some machines
  done
}

inherit_settings() { # PARENT_FOLDER GROUP_FOLDER
  local setting
  if [[ $1 == "$cgroup_mount/cpuset"* ]]; then # empty in a new group, and then nothing can join it
    for setting in cpuset.cpus cpuset.mems; do
      [[ -n $(<"$2/$setting") ]] || cat "$1/$setting" >"$2/$setting"
    done
  fi
  # All labs together would else weigh as much as a single process beside them.
  if [[ $2 == */kubeadm-ha-lab ]]; then
    [[ ! -e $2/cpu.shares ]] || echo 4096 >"$2/cpu.shares"
    [[ ! -e $2/cpu.weight ]] || echo 400 >"$2/cpu.weight"
  fi
}

# GROUP: moves this process into it.
join_cgroup() {
  local hierarchy
  for hierarchy in $(hierarchy_folders); do
    echo 0 >"$hierarchy/$1/cgroup.procs"
  done
}

# GROUP: removes it with all below it. What died a moment ago may hold it for some milliseconds.
remove_cgroup() {
  local hierarchy try
  for hierarchy in $(hierarchy_folders); do
    for try in {1..100}; do
      [[ -d $hierarchy/$1 ]] || break
      find "$hierarchy/$1" -depth -type d -exec rmdir {} + 2>/dev/null || sleep 0.02
    done
    [[ ! -d $hierarchy/$1 ]] || echo "cgroup $hierarchy/$1 cannot be removed (tried $try times)" >&2
  done
}

# GROUP: prints the process ids in it and below it.
processes_in() {
  local hierarchy
  for hierarchy in $(hierarchy_folders); do
    [[ ! -d $hierarchy/$1 ]] || find "$hierarchy/$1" -name cgroup.procs -exec cat {} + 2>/dev/null || true
  done | sort -nu
}

# GROUP: nothing in it and below it runs any more. What waits for a disk is frozen when the disk has answered.
freeze() {
  local hierarchy try
  if only_cgroup2; then
    [[ ! -e $cgroup_mount/$1 ]] || echo 1 >"$cgroup_mount/$1/cgroup.freeze"
    return
  fi
  for hierarchy in $(hierarchy_folders); do
    [[ -e $hierarchy/$1/freezer.state ]] || continue
    for try in {1..100}; do
      echo FROZEN >"$hierarchy/$1/freezer.state"
      [[ $(<"$hierarchy/$1/freezer.state") != FROZEN ]] || return 0
      sleep 0.02
    done
    echo "cgroup $hierarchy/$1 is not frozen (tried $try times)" >&2
  done
}

# GROUP: what is frozen in it and below it goes on. In cgroup v1 nothing can kill a frozen process, and a runc that was
# killed leaves one behind.
thaw() {
  local hierarchy state
  for hierarchy in $(hierarchy_folders); do
    while read -r state; do
      echo THAWED 2>/dev/null >"$state" || true # its group may have just gone
    done < <(find "$hierarchy/$1" -name freezer.state 2>/dev/null)
  done
}
