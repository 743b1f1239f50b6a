using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace AudioOrleans.RelayHost.Objects;

/// <summary>Sends the requests to a bucket's server: retries transient failures, and times out when the server is silent for too long.</summary>
/// <remarks>Any response but success is thrown as <see cref="S3RefusedException"/>, so that no SDK turns it into a message that contains a URL.</remarks>
/// <param name="patience">How long the server may be silent; bulk operations, such as joining parts, may take six times as long.</param>
/// <param name="time">The clock.</param>
/// <param name="inner">The inner handler with the connections.</param>
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
                // The connection broke: the next attempt uses another one.
            }
            await Task.Delay(attempt * Pause * (0.5 + Random.Shared.NextDouble()), time, late.Token);
        }
    }

    // SDK responses are short and read synchronously, so they are buffered. Presigned URLs return long content, and have no such header.
    private static async Task<HttpResponseMessage> ReadyAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (request.Headers.Contains("Authorization"))
            await response.Content.LoadIntoBufferAsync(cancellationToken);
        return response;
    }

    // A POST with a body refers to many items: parts to join, or objects to delete.
    private static bool IsLong(HttpRequestMessage request) => request.Method == HttpMethod.Post && request.Content?.Headers.ContentLength > 0;

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.TooManyRequests or HttpStatusCode.InternalServerError
        or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static async Task<S3RefusedException> RefusalAsync(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await response.Content.LoadIntoBufferAsync(LongestRefusal, cancellationToken);
        // A response to HEAD has no body. A path of one segment is the bucket itself.
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
            return null; // Possibly from a proxy.
        }
    }
}

/// <summary>The server of a bucket responded with a status other than success.</summary>
/// <param name="status">The HTTP status.</param>
/// <param name="code">The S3 error code.</param>
internal sealed class S3RefusedException(HttpStatusCode status, string code) : Exception($"{(int)status} {code}")
{
    public const string NoSuchBucket = "NoSuchBucket";

    public HttpStatusCode Status => status;

    public string Code => code;
}
