using System.Collections.Immutable;
using System.Text;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Mail;
using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>Mails are delivered to a server that was down or refused them as soon as it accepts them.</summary>
public sealed class MailDeliveryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_mail_that_the_server_refuses_stays_sealed_in_the_outbox_until_the_server_accepts_it()
    {
        await using var server = MailServer.Create();
        await server.StartAsync(password: "another");
        await using var platform = await PlatformProcess.StartAsync(server.Settings);
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(platform, email);
        await Eventually.That(async () => await AttemptsAsync(platform) >= 2, Deadline, "the delivery was tried twice");
        Assert.Empty(server.Mails);
        var row = await SealedAsync(platform);
        foreach (var text in new[] { row, Encoding.Latin1.GetString(Convert.FromBase64String(row)) })
        {
            Assert.DoesNotContain(email, text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("verify", text, StringComparison.OrdinalIgnoreCase);
        }

        await server.StopAsync();
        await server.StartAsync();
        var received = await server.NextAsync(email, deadline: Deadline);
        await Eventually.That(async () => await MailPlatform.CountAsync(platform) == 0, Deadline, "the outbox is empty");
        Assert.Single(server.To(email));
        await platform.StopAsync(); // Its log is complete.
        Assert.Contains("could not be sent (AuthenticationException, the server answered 535 ", platform.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("mail-password", platform.Log, StringComparison.Ordinal);
        Assert.DoesNotContain(email, platform.Log, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(received.Token, platform.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_is_delivered_even_if_the_platform_is_killed_right_after_its_response()
    {
        await using var server = MailServer.Create();
        await using var platform = await PlatformProcess.StartAsync(server.Settings);
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(platform, email);
        await platform.KillAsync();
        await server.StartAsync();
        await platform.StartAsync();
        // If the kill interrupted an attempt, its lease of one minute must expire first.
        await server.NextAsync(email, deadline: TimeSpan.FromSeconds(90));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("implicit")]
    public async Task Neither_password_nor_mail_is_sent_to_a_server_that_does_not_encrypt(string tls)
    {
        await using var server = MailServer.Create();
        await server.StartAsync(tls: SmtpTls.None);
        await AssertRefusedAsync(server, server.Settings.Add("Smtp__Tls", tls));
    }

    [Theory]
    [InlineData(SmtpTls.StartTls, "true")]
    [InlineData(SmtpTls.Implicit, "implicit")]
    public async Task Neither_password_nor_mail_is_sent_to_a_server_with_an_untrusted_certificate(SmtpTls encryption, string tls)
    {
        await using var server = MailServer.Create();
        await server.StartAsync(tls: encryption);
        await AssertRefusedAsync(server, server.Settings.Remove("SSL_CERT_FILE").Add("Smtp__Tls", tls));
    }

    [Theory]
    [InlineData(SmtpTls.Implicit, "implicit")]
    [InlineData(SmtpTls.None, "false")]
    public async Task The_settings_can_allow_implicit_TLS_or_no_encryption(SmtpTls encryption, string tls)
    {
        await using var server = MailServer.Create();
        await server.StartAsync(tls: encryption);
        await using var platform = await PlatformProcess.StartAsync(server.Settings.Add("Smtp__Tls", tls));
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(platform, email);
        await server.NextAsync(email);
    }

    [Fact]
    public async Task A_mail_whose_links_have_expired_is_not_sent()
    {
        await using var server = MailServer.Create();
        await using var platform = await PlatformProcess.StartAsync(server.Settings);
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(platform, email);
        await ExecuteAsync(platform, "update jobs set payload = jsonb_set(payload::jsonb, '{expires_at}', '\"2020-01-01T00:00:00Z\"')::json where kind = 'mail.send'");
        await Eventually.That(async () => await MailPlatform.CountAsync(platform) == 0, Deadline, "the mail is dropped");
        await platform.LogWithAsync("is dropped");
    }

    [Theory]
    [InlineData("Smtp__Port", "0", "Smtp__Port is '0'; expected a port, a whole number from 1 to 65535.")]
    [InlineData("PublicUrl", "", "PublicUrl is ''; expected the address where browsers reach the platform, such as https://radio.example.org.")]
    public async Task An_invalid_setting_prevents_the_start_and_is_named(string key, string value, string expected)
    {
        await using var server = MailServer.Create();
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PlatformProcess.StartAsync(server.Settings.SetItem(key, value).Add("ConnectionStrings__Audio", "Host=127.0.0.1;Port=1")));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_pause_after_failures_doubles_up_to_sixteen_times_the_first() => Assert.Equal(
        [1, 2, 4, 8, 16, 16], new[] { 1, 2, 3, 4, 5, 40 }.Select(attempts => (int)SendMail.PauseAfter(attempts, TimeSpan.FromMinutes(1)).TotalMinutes));

    private static async Task AssertRefusedAsync(MailServer server, ImmutableDictionary<string, string?> settings)
    {
        await using var platform = await PlatformProcess.StartAsync(settings);
        await MailPlatform.RegisterAsync(platform, MailPlatform.NewEmail());
        await Eventually.That(async () => await AttemptsAsync(platform) >= 2, Deadline, "the delivery was tried twice");
        Assert.Empty(server.Mails);
    }

    private static Task<int> AttemptsAsync(PlatformProcess platform) => QueryAsync<int>(platform, "select coalesce(max(attempts), 0) from jobs where kind = 'mail.send'");

    private static Task<string> SealedAsync(PlatformProcess platform) => QueryAsync<string>(platform, "select payload ->> 'sealed_mail' from jobs where kind = 'mail.send'");

    private static async Task<T> QueryAsync<T>(PlatformProcess platform, string sql)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(PlatformProcess platform, string sql)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
