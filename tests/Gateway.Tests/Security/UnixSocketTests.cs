using System.Net;
using System.Net.Sockets;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Gateway.Tests.Security;

public sealed class UnixSocketTests
{
    [Fact]
    public async Task Requests_over_a_Unix_socket_have_no_address_and_are_not_counted()
    {
        using var folder = new TestFolder("socket");
        var path = Path.Combine(folder.Path, "s");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection([new("RateLimits:Reads", "1"), new("RateLimits:Credentials", "1")]);
        builder.WebHost.ConfigureKestrel(options => options.ListenUnixSocket(path));
        builder.Services.AddProblemJson().AddRateLimits(builder.Configuration);
        await using var app = builder.Build();
        app.UseRateLimits();
        app.MapGet("/v1/x", () => TypedResults.NoContent());
        await app.StartAsync();
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        for (var i = 0; i < 10; i++)
        {
            using var response = await client.GetAsync(new Uri("http://localhost/v1/x"));
            Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        }
    }
}
