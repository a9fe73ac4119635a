/** A web server on the worker, and a Service in front of it. Its image is one that the bundle has. */
export const hello = `
apiVersion: v1
kind: Pod
metadata: { name: hello, labels: { app: hello } }
spec:
  nodeName: w1
  containers:
    - name: server
      image: ghcr.io/flannel-io/flannel:v0.28.4
      imagePullPolicy: Never
      command: [sh, -c, "mkdir -p /www && echo hello from the worker > /www/index.html && exec busybox httpd -f -p 8080 -h /www"]
---
apiVersion: v1
kind: Service
metadata: { name: hello }
spec: { selector: { app: hello }, ports: [{ port: 80, targetPort: 8080 }] }
`;
