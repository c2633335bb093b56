{{/* The name of the release's objects: that of the kustomizations for a release of that name. Names of Services
     have 63 characters at most, and `-metrics` may follow. */}}
{{- define "bellpull.fullname" -}}
{{- $name := ternary .Release.Name (printf "%s-bellpull" .Release.Name) (contains "bellpull" .Release.Name) -}}
{{- .Values.fullnameOverride | default $name | trunc 55 | trimSuffix "-" -}}
{{- end -}}

{{/* What an object of the kustomizations is called in this release. Arguments: the root, its name there. */}}
{{- define "bellpull.renamed" -}}
{{- regexReplaceAll "^bellpull\\b" (index . 1) (include "bellpull.fullname" (index . 0)) -}}
{{- end -}}

{{- define "bellpull.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (include "bellpull.fullname" .) -}}
{{- end -}}

{{/* Labels of an object as such. Arguments: the root, the component. */}}
{{- define "bellpull.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: bellpull
app.kubernetes.io/component: {{ index . 1 }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/version: {{ $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{/* The port of webhooks of a Service: its name and its protocol, and its usual number. */}}
{{- define "bellpull.scheme" -}}
{{- ternary "https" "http" (not (empty .Values.tls.secretName)) -}}
{{- end -}}

{{- define "bellpull.usualPort" -}}
{{- ternary 443 80 (eq (include "bellpull.scheme" .) "https") -}}
{{- end -}}

{{/* The port of the release's own Service. */}}
{{- define "bellpull.port" -}}
{{- .Values.service.port | default (include "bellpull.usualPort" .) -}}
{{- end -}}
