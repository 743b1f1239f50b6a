using System.Text;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>
/// <c>GET /v1/streams/{id}/live.m3u</c> and <c>live.pls</c>: files with the single address of the progressive audio, with which old players and
/// hardware tune in. They are served whether or not the stream is on air.
/// </summary>
public static class TuneInEndpoint
{
    /// <summary>The media type of M3U files.</summary>
    public const string M3u = "audio/x-mpegurl";

    /// <summary>The media type of PLS files.</summary>
    public const string Pls = "audio/x-scpls";

    /// <summary>Writes the M3U file.</summary>
    public static Task GetM3uAsync(HttpContext context) => WriteAsync(context, M3u, (name, url) => $"#EXTM3U\n#EXTINF:-1,{name}\n{url}\n");

    /// <summary>Writes the PLS file.</summary>
    public static Task GetPlsAsync(HttpContext context) =>
        WriteAsync(context, Pls, (name, url) => $"[playlist]\nNumberOfEntries=1\nFile1={url}\nTitle1={name}\nLength1=-1\nVersion=2\n");

    private static async Task WriteAsync(HttpContext context, string contentType, Func<string, string, string> write)
    {
        var (streamId, _, refusal) = await LiveApi.FindAsync(context);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var services = context.RequestServices;
        var details = await services.GetRequiredService<IGrainFactory>().GetGrain<IStreamGrain>(GrainKeys.Stream(streamId)).Get(Caller.Anonymous);
        // The audio needs the token of the address too.
        var path = $"/v1/streams/{streamId:D}/live.mp3{context.Request.QueryString}";
        var url = services.GetRequiredService<PublicAddress>().InFull(path, context.Request);
        var body = Encoding.UTF8.GetBytes(write(IcyHeaders.SingleLine(details.Name), url));
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body);
    }
}
