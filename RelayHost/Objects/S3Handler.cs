using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Sends the requests to a bucket's server: again after failures that pass, and only as long as the server is not silent for too long.</summary>
/// <remarks>What is no success is thrown as <see cref="S3RefusedException"/>, so that no SDK makes a message of it that carries an address.</remarks>
/// <param name="patience">How long the server may keep silent; work on many things at once, such as joining parts, may take six times as long.</param>
/// <param name="time">The clock.</param>
/// <param name="inner">The connections.</param>
internal sealed class S3Handler(TimeSpan patience, TimeProvider time, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const int Attempts = 3;
    private const int LongestRefusal = 64 * 1024;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(IsLong(request) ? 6 * patience : patience, time);
        using var registration = cancellationToken.UnsafeRegister(state => ((CancellationTokenSource)state!).Cancel(), late);
        if (request.Content is S3Part part)
            part.OnSent = () => late.CancelAfter(patience);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                var response = await base.SendAsync(request, late.Token);
                if (response.IsSuccessStatusCode)
                    return await ReadyAsync(request, response, late.Token);
                using (response)
                {
                    if (attempt == Attempts || !IsPassing(response.StatusCode))
                        throw await RefusalAsync(request, response, late.Token);
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException && attempt < Attempts)
            {
                // The line broke: the next attempt takes another connection.
            }
            await Task.Delay(attempt * Pause * (0.5 + Random.Shared.NextDouble()), time, late.Token);
        }
    }

    // What an SDK asks for is short, and it reads it blocking. Presigned addresses bring long content, and have no such header.
    private static async Task<HttpResponseMessage> ReadyAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (request.Headers.Contains("Authorization"))
            await response.Content.LoadIntoBufferAsync(cancellationToken);
        return response;
    }

    // A POST with a body names many things: parts to join, or objects to delete.
    private static bool IsLong(HttpRequestMessage request) => request.Method == HttpMethod.Post && request.Content?.Headers.ContentLength > 0;

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static async Task<S3RefusedException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(LongestRefusal, cancellationToken);
        // An answer to HEAD has no body. A path of one segment is the bucket's.
        var isBucket = !request.RequestUri!.AbsolutePath.Trim('/').Contains('/');
        return new S3RefusedException(response.StatusCode, CodeIn(await response.Content.ReadAsStringAsync(cancellationToken))
            ?? (isBucket && response.StatusCode == HttpStatusCode.NotFound ? S3RefusedException.NoSuchBucket : response.StatusCode.ToString()));
    }

    private static string? CodeIn(string body)
    {
        try
        {
            return body.Length == 0 ? null : XDocument.Parse(body).Descendants().FirstOrDefault(element => element.Name.LocalName == "Code")?.Value;
        }
        catch (XmlException)
        {
            return null; // Of a proxy, maybe.
        }
    }
}

/// <summary>The server of a bucket answers with something else than success.</summary>
/// <param name="status">HTTP's status.</param>
/// <param name="code">S3's code.</param>
internal sealed class S3RefusedException(HttpStatusCode status, string code) : Exception($"{(int)status} {code}")
{
    public const string NoSuchBucket = "NoSuchBucket";

    public HttpStatusCode Status => status;

    public string Code => code;
}
