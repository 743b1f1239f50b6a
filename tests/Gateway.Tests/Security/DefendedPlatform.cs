using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

/// <summary>A platform with low limits behind a proxy at 127.0.0.1, shared by the tests of this folder.</summary>
public sealed class DefendedPlatform : IAsyncLifetime
{
    /// <summary>Requests per minute in each class.</summary>
    public const int Limit = 30;

    /// <summary>A loopback address that is not the proxy's.</summary>
    public static readonly IPAddress Stranger = IPAddress.Parse("127.0.0.2");

    /// <summary>The time limit of a request.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>The platform.</summary>
    public PlatformProcess Platform { get; private set; } = null!;

    public async Task InitializeAsync() => Platform = await PlatformProcess.StartAsync(new Dictionary<string, string?>
    {
        ["Proxies__Trusted__0"] = "127.0.0.1",
        ["Proxies__Trusted__1"] = "10.0.0.0/8",
        ["RateLimits__Credentials"] = $"{Limit}",
        ["RateLimits__Writes"] = $"{Limit}",
        ["RateLimits__Reads"] = $"{Limit}",
        ["Cors__Origins__0"] = "https://radio.example.org",
        ["Cors__Origins__1"] = "http://localhost:3000",
        ["Timeouts__Request"] = $"{Deadline:c}",
    });

    public Task DisposeAsync() => Platform.DisposeAsync().AsTask();

    /// <summary>Sends a request as the proxy forwards it.</summary>
    /// <param name="forwarded">The value of <c>X-Forwarded-For</c>; null for none.</param>
    /// <param name="path">The path of the request.</param>
    /// <param name="body">A body, which makes the request a POST.</param>
    /// <param name="dj">The account whose token is sent.</param>
    /// <param name="client">The client; that of the platform by default.</param>
    public async Task<HttpResponseMessage> SendAsync(string? forwarded, string path, object? body = null, Dj? dj = null, HttpClient? client = null)
    {
        using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (forwarded is not null)
            request.Headers.Add("X-Forwarded-For", forwarded);
        if (dj is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", (string)dj.Tokens["access_token"]!);
        return await (client ?? Platform.Client).SendAsync(request);
    }

    /// <summary>A client that connects from <see cref="Stranger"/>.</summary>
    public HttpClient NewStranger() => new(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync }) { BaseAddress = Platform.Url };

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(Stranger, 0));
        await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }
}

/// <summary>The tests that share the platform. They run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class DefendedPlatformGroup : ICollectionFixture<DefendedPlatform>
{
    public const string Name = "a platform with low limits";
}
