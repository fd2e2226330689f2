#!/usr/bin/env bash
# The same for cron, on a machine with a GPU: makes what is stale, and publishes it where gates and scan let it.
#
#   17 3 * * *  TOOLKIT=/opt/dualtune /opt/dualtune/ci/regenerate.sh /srv/tools >> /var/log/tool-adapters.log 2>&1
#
# Say what it needs in the crontab: HF_TOKEN, and the variables that the servers file names. Exit code 1: a stage, a gate or the scan failed, or another
# run is at work on this workspace; what was published before stays. A run that was killed is gone on with by the next one.
set -euo pipefail

workspace=$(realpath "${1:?the workspace}")
cd "${TOOLKIT:-$(dirname "$0")/..}"

pipeline() {
  local command=$1
  shift
  ${PNPM:-npx -y pnpm@12.2.1} pipeline "$command" --workspace "$workspace" "$@"
}

date
stale=0
pipeline status --live --check || stale=$?
case $stale in
  0) ;;
  1) pipeline run ;;
  *) exit "$stale" ;;
esac
# A release that is there is not sent again; one that broke off is gone on with.
pipeline publish --yes
