module github.com/bellpull/bellpull/plugins/sdk-go

go 1.26
