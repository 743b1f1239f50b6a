using System.Text;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>Settings of the host: server and JSON.</summary>
public static class HostSettings
{
    /// <summary>Ctrl-C must stop everything within 10 s; the rest of that is for the database.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(6);

    /// <summary>Sets the shutdown timeout, and UTF-8 for headers, because ICY headers hold names.</summary>
    public static WebApplicationBuilder AddServer(this WebApplicationBuilder builder)
    {
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.AddServerHeader = false;
            options.ResponseHeaderEncodingSelector = _ => Encoding.UTF8;
        });
        return builder;
    }

    /// <summary>Makes the server listen on another address in addition to the configured ones.</summary>
    public static void AlsoListen(this WebApplicationBuilder builder, string url)
    {
        var asked = builder.Configuration[WebHostDefaults.ServerUrlsKey] ?? "http://127.0.0.1:8080";
        builder.WebHost.UseUrls([.. asked.Split(';'), url]);
    }

    /// <summary>Adds the contract's JSON, and reports invalid bodies as exceptions, which are mapped to responses in one place.</summary>
    public static IServiceCollection AddContractJson(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        return services;
    }
}
