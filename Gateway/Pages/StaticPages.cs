using Microsoft.Extensions.FileProviders;

namespace AudioOrleans.Gateway.Pages;

/// <summary>The pages: public streams with a player at <c>/</c>, and <c>/account.html</c>, the target of mailed links.</summary>
public static class StaticPages
{
    /// <summary>Serves the static files that ship with the program.</summary>
    public static WebApplication UseStaticPages(this WebApplication app)
    {
        var files = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "wwwroot"));
        app.UseDefaultFiles(new DefaultFilesOptions { FileProvider = files });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            OnPrepareResponse = context =>
            {
                context.Context.Response.Headers.CacheControl = "public, max-age=300";
                context.Context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'none'";
            },
        });
        return app;
    }
}
