# A machine where nothing is set up yet, for one program: a network, /etc, /run, /var/lib and /var/mail of its own, none of the
# server's users, and a name server at 127.0.0.1. $1: an empty folder; $2: the machine's address; $3: that of somebody else; then
# what to run. Called by `unshare --net --mount --pid`.
set -e
folder=$1
ip link set lo up
ip addr add "$2/32" dev lo
ip addr add "$3/32" dev lo
shift 3
cp -a /etc "$folder/etc"
mount --bind "$folder/etc" /etc
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /var/lib
mount -t tmpfs tmpfs /var/mail
rm -rf /etc/valija
for file in passwd shadow group gshadow; do sed -i '/^valija/d' "/etc/$file"; done
rm -f /etc/resolv.conf
echo 'nameserver 127.0.0.1' >/etc/resolv.conf
exec "$@"
