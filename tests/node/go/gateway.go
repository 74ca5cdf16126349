//go:build gateway

// Package node keeps the Gateway API's module, whose CRDs the build copies, among the requirements.
package node

import _ "sigs.k8s.io/gateway-api/apis/v1"
