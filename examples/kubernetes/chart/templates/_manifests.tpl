{{/* The objects of a file of the kustomizations, with the names, the namespace and the labels of this release, as
     YAML below `objects`. Arguments: the root, the file, the component. */}}
{{- define "bellpull.objects" -}}
{{- $root := index . 0 -}}
{{- $component := index . 2 -}}
{{- $objects := list -}}
{{- range regexSplit "(?m)^---$" ($root.Files.Get (printf "manifests/%s" (index . 1))) -1 -}}
  {{- $object := fromYaml . -}}
  {{- include "bellpull.adopt" (list $root $object $component) -}}
  {{- $objects = append $objects $object -}}
{{- end -}}
{{- dict "objects" $objects | toYaml -}}
{{- end -}}

{{/* The same, as documents. */}}
{{- define "bellpull.documents" -}}
{{- range (include "bellpull.objects" . | fromYaml).objects }}
---
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Makes an object one of this release, in place. Arguments: the root, the object, the component. */}}
{{- define "bellpull.adopt" -}}
{{- $root := index . 0 -}}
{{- $object := index . 1 -}}
{{- $metadata := $object.metadata -}}
{{- $_ := set $metadata "name" (include "bellpull.renamed" (list $root $metadata.name)) -}}
{{- if not (has $object.kind (list "ClusterRole" "ClusterRoleBinding" "CustomResourceDefinition")) -}}
  {{- $_ := set $metadata "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- $labels := include "bellpull.labels" (list $root (index . 2)) | fromYaml -}}
{{- $_ := set $metadata "labels" (mergeOverwrite ($metadata.labels | default dict) $labels) -}}
{{- with $object.roleRef -}}
  {{- $_ := set . "name" (include "bellpull.renamed" (list $root .name)) -}}
{{- end -}}
{{- range $object.subjects -}}
  {{- $_ := set . "name" (include "bellpull.serviceAccountName" $root) -}}
  {{- $_ := set . "namespace" $root.Release.Namespace -}}
{{- end -}}
{{- range $object.rules -}}
  {{- $names := list -}}
  {{- range .resourceNames -}}
    {{- $names = append $names (include "bellpull.renamed" (list $root .)) -}}
  {{- end -}}
  {{- if $names -}}
    {{- $_ := set . "resourceNames" $names -}}
  {{- end -}}
{{- end -}}
{{- include "bellpull.select" (list $root $object.spec) -}}
{{- end -}}

{{/* Has every selector of Bellpull's pods, and the pods themselves, name the release, in place. Arguments: the root,
     any value. */}}
{{- define "bellpull.select" -}}
{{- $root := index . 0 -}}
{{- $value := index . 1 -}}
{{- if kindIs "map" $value -}}
  {{- if hasKey $value "app.kubernetes.io/name" -}}
    {{- $_ := set $value "app.kubernetes.io/instance" $root.Release.Name -}}
  {{- end -}}
  {{- range $value -}}
    {{- include "bellpull.select" (list $root .) -}}
  {{- end -}}
{{- else if kindIs "slice" $value -}}
  {{- range $value -}}
    {{- include "bellpull.select" (list $root .) -}}
  {{- end -}}
{{- end -}}
{{- end -}}
