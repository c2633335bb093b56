module bellpull-guest-go

go 1.26

require github.com/bellpull/bellpull/plugins/sdk-go v0.1.0

replace github.com/bellpull/bellpull/plugins/sdk-go => ../../../plugins/sdk-go
