package api

import (
	"embed"
	"net/http"

	"github.com/gin-gonic/gin"
)

// docsFiles is the page /docs and what it needs: Redoc 2.5.1 (MIT) as
// published, with its licences. Nothing is fetched from elsewhere.
//
//go:embed docs
var docsFiles embed.FS

// docsPolicy lets the page load its own script, read the contract, style itself
// and search in a worker it makes, and nothing else.
const docsPolicy = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'unsafe-inline'; " +
	"img-src 'self' data:; worker-src blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

func serveDocs(e *gin.Engine) {
	serve := func(name string) gin.HandlerFunc {
		return func(c *gin.Context) {
			h := c.Writer.Header()
			h.Set("Content-Security-Policy", docsPolicy)
			h.Set("Referrer-Policy", "no-referrer")
			h.Set("Cache-Control", "no-cache")
			http.ServeFileFS(c.Writer, c.Request, docsFiles, name)
		}
	}
	e.GET("/docs", serve("docs/index.html"))
	for _, name := range []string{"redoc.standalone.js", "redoc.standalone.js.LICENSE.txt", "LICENSE.redoc"} {
		e.GET("/docs/"+name, serve("docs/"+name))
	}
}
