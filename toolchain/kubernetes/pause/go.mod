module kubeadm-ha/pause

go 1.24
