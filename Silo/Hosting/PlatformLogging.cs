using AudioOrleans.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace AudioOrleans.Silo.Hosting;

/// <summary>The logging of all processes of the platform. The section <c>Logging</c> of <c>appsettings.json</c> selects what is logged.</summary>
public static class PlatformLogging
{
    /// <summary>The setting for the format of log lines: <c>text</c> or <c>json</c>.</summary>
    public const string FormatKey = "Logging:Format";

    /// <summary>
    /// Logs to standard error; standard output is for people. One JSON object per line for log collectors, or readable text: the latter if
    /// standard error is a terminal, unless <c>Logging__Format</c> is set.
    /// </summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The setting has another value.</exception>
    public static ILoggerFactory AddPlatformLogging(this IHostApplicationBuilder builder)
    {
        var isText = builder.Configuration[FormatKey] switch
        {
            null or "" => !Console.IsErrorRedirected,
            "text" => true,
            "json" => false,
            _ => throw WrongSetting.Create(builder.Configuration.GetSection(FormatKey), "text or json"),
        };
        void Configure(ILoggingBuilder logging)
        {
            if (isText)
            {
                logging.AddSimpleConsole(options =>
                {
                    options.SingleLine = true;
                    options.TimestampFormat = "HH:mm:ss ";
                });
            }
            else
            {
                logging.AddJsonConsole(options =>
                {
                    options.IncludeScopes = true;
                    options.UseUtcTimestamp = true;
                    options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
                });
            }
            logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
            logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
            // It would open a scope and an activity for each request, including segments; RequestIds opens one where it is needed.
            logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        }
        builder.Logging.ClearProviders();
        Configure(builder.Logging);
        return LoggerFactory.Create(Configure);
    }
}
