using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace Audio.Orleans.Silo.Hosting;

/// <summary>The logs of all processes of the platform. What is logged is said by the section <c>Logging</c> of <c>appsettings.json</c>.</summary>
public static class PlatformLogging
{
    /// <summary>One JSON object a line on standard error; standard output is for people.</summary>
    public static ILoggerFactory AddPlatformLogging(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        void Configure(ILoggingBuilder logging)
        {
            logging.AddJsonConsole(options =>
            {
                options.IncludeScopes = true;
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
            logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
            logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
            // It would open a scope and an activity for each request, fetched segments included; RequestIds opens one where it is read.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        }
        builder.Logging.ClearProviders();
        Configure(builder.Logging);
        return LoggerFactory.Create(Configure);
    }
}
