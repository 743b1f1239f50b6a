using System.Net;
using System.Net.Sockets;
using System.Text;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Problems;

public sealed class MalformedRequestTests
{
    private const int Requests = 10_000;

    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO"];

    private static readonly string[] Pieces =
    [
        "/", "/v1", "/v1/streams", "/v1/streams/", "/v1/streams/01900000-0000-7000-8000-000000000001", "/v1/streams/not-an-id", "/status", "/live.m3u8", "/live.mp3",
        "/live.aac", "/segments/", "/segments/1.ts", "/segments/99999999999999999999.ts", "/segments/-1.ts", "/segments/%00.ts", "/events", "/history", "/timeline",
        "/heartbeat", "/auth/login", "/auth/register", "/auth/refresh", "/auth/logout", "/users/me", "/health/auth", "/..%2f..%2fetc/passwd", "/%252e%252e/", "/..\\..\\",
        "/%00", "/%ff%fe", "/swagger/v1/swagger.json", "/.well-known/jwks.json", "/lib/../../x", "/readyz",
    ];

    private static readonly string[] Queries =
    [
        "", "?", "?limit=-1", "?limit=99999999999999999999", "?cursor=%00", "?cursor=MXwy", "?limit=1&limit=2", "?token=a.b.c", "?token=%ff", "?session=" , "?session=%00%0d%0a",
    ];

    private static readonly string[] Bodies =
    [
        "", "{", "{}", "[]", "null", "\"x\"", "1e999", "{\"name\":null}", "{\"name\":[],\"shoutcast_url\":{}}", "{\"email\":\"\\ud800\",\"password\":\"\\u0000\"}",
        "{\"email\":\"a@b.c\",\"password\":\"\\ud800\\ud800\\ud8001a!\"}", "{\"name\":\"x\",\"shoutcast_url\":\"http://[::1\",\"mount\":\"/\\u0000\"}",
        "{\"name\":\"\\ud800\",\"shoutcast_url\":\"http://127.0.0.1:1\"}", "{\"name\":\"x\",\"shoutcast_url\":\"http://a\\u0000b/\"}",
        "{\"refresh_token\":\"AAAA\"}", "{\"refresh_token\":5}", "{\"listeners\":1e400,\"uptime_seconds\":-1}", "{\"listeners\":2147483648}", "{\"enabled\":\"yes\"}",
        "{\"visibility\":5}", "{\"role\":\"root\"}", "\u00ff\u00fe",
    ];

    private static readonly string[] Headers =
    [
        "", "Authorization: Bearer\r\n", "Authorization: Bearer a.b.c\r\n", "Authorization: Bearer eyJhbGciOiJub25lIn0.e30.\r\n", "Authorization: Basic eDp5\r\n",
        "Content-Type: text/plain\r\n", "Content-Type: application/json; charset=utf-7\r\n", "Content-Type: \r\n", "Accept: */\r\n", "Range: bytes=9-1\r\n", "Icy-MetaData: x\r\n",
        "If-None-Match: \"\r\n", "X-Request-Id: \u00e4\r\n", "Origin: null\r\n",
    ];

    [Fact]
    public async Task Ten_thousand_malformed_requests_cause_no_500()
    {
        var shared = await SharedPlatform.GetAsync();
        var random = new Random(20261121);
        var requests = Enumerable.Range(0, Requests).Select(_ => Malformed(random, (string)shared.Dj.Tokens["access_token"]!)).ToArray();
        var failures = new System.Collections.Concurrent.ConcurrentBag<string>();
        var answered = 0;
        await Parallel.ForEachAsync(requests.Chunk(250), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (chunk, _) =>
        {
            foreach (var request in chunk)
            {
                var status = await SendAsync(shared.Platform.Port, request);
                if (status.Length > 0)
                    Interlocked.Increment(ref answered);
                if (status.StartsWith("HTTP/1.1 5", StringComparison.Ordinal) && !status.StartsWith("HTTP/1.1 503", StringComparison.Ordinal))
                    failures.Add($"{status} for {request[..Math.Min(300, request.Length)]}");
            }
        });
        Assert.Empty(failures);
        Assert.Equal(Requests, answered);
        using var alive = await shared.Platform.Client.GetAsync(new Uri("/v1/health", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);
    }

    private static string Malformed(Random random, string token)
    {
        string Any(string[] from) => from[random.Next(from.Length)];
        var path = Any(Pieces);
        while (random.Next(2) == 0 && path.Length < 300)
            path += Any(Pieces);
        // A login takes a fifth of a second of hashing, so most of these requests go elsewhere.
        if (path.Contains("/auth/login", StringComparison.Ordinal) && random.Next(20) > 0)
            path = "/v1/streams";
        var body = Any(Bodies);
        var headers = random.Next(3) == 0 ? $"Authorization: Bearer {token}\r\n" : Any(Headers);
        var type = headers.StartsWith("Content-Type", StringComparison.Ordinal) ? "" : "Content-Type: application/json\r\n";
        return $"{Any(Methods)} {path}{Any(Queries)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}{type}Content-Length: {Encoding.Latin1.GetByteCount(body)}\r\n\r\n{body}";
    }

    /// <summary>Sends raw bytes, which no HTTP client would send, and returns the status line.</summary>
    private static async Task<string> SendAsync(int port, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        var line = new byte[64];
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60), TimeProvider.System);
        var count = await stream.ReadAtLeastAsync(line, 12, throwOnEndOfStream: false, deadline.Token);
        return Encoding.Latin1.GetString(line, 0, count).Split('\r')[0];
    }

    [Theory]
    [InlineData("/v1/streams?limit=abc", "limit")]
    [InlineData("/v1/streams?limit=0", "limit")]
    [InlineData("/v1/streams?limit=201", "limit")]
    [InlineData("/v1/streams?cursor=nonsense", "cursor")]
    [InlineData("/v1/api-keys?cursor=nonsense", "cursor")]
    [InlineData("/v1/api-keys?limit=1.5", "limit")]
    public async Task An_invalid_query_parameter_is_named(string path, string field)
    {
        var shared = await SharedPlatform.GetAsync();
        using var refused = await shared.Dj.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal([field], (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key));
    }
}
