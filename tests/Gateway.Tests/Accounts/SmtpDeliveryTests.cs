using AudioOrleans.Grains.Mail;
using AudioOrleans.Testing.Mail;
using MailKit.Net.Smtp;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>The delivery of one mail to a server.</summary>
public sealed class SmtpDeliveryTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly Guid Id = Guid.CreateVersion7();

    [Theory]
    [InlineData("dj@example.org", "dj@example.org")]
    [InlineData("zoë@example.org", "zoë@example.org")] // In UTF-8 (RFC 6531), because there is no other form.
    [InlineData("dj@münchen.example", "dj@xn--mnchen-3ya.example")] // A domain has an ASCII form, which all servers know.
    [InlineData("dj@xn--mnchen-3ya.example", "dj@xn--mnchen-3ya.example")]
    public async Task A_mail_arrives_as_it_was_written(string to, string envelope)
    {
        await using var server = MailServer.Create();
        await server.StartAsync(tls: SmtpTls.None);
        var link = $"https://radio.example.org/account.html#verify={new string('x', 1200)}";
        var mail = new OutgoingMail(to, "Grüße aus Zürich – ☕ für alle, die lange Betreffzeilen mögen und sie auch lesen", $"Schön,\n.\n..\nFrom here\n{link}\n");
        await DeliveryTo(server).SendAsync(Id, mail, CancellationToken.None);
        var received = await server.NextAsync(envelope);
        Assert.Equal((MailServer.From, mail.Subject, mail.Text), (received.From, received.Subject, received.Text.ReplaceLineEndings("\n")));
        Assert.Equal(link, received.Link.OriginalString);
        Assert.Equal($"<{Id:N}@example.org>", Assert.Single(received.Headers, header => header.Name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase)).Value);
        Assert.Contains(("Auto-Submitted", "auto-generated"), received.Headers);
    }

    [Theory]
    [InlineData("somebody@example.org\r\nBcc: victim@example.org", "x")]
    [InlineData("\"somebody\r\nBcc: victim\"@example.org", "x")]
    [InlineData("(comment)somebody@example.org", "x")]
    [InlineData("Somebody <somebody@example.org>", "x")]
    [InlineData("somebody@example.org, victim@example.org", "x")]
    [InlineData("somebody@example.org> BODY=8BITMIME", "x")]
    [InlineData("somebody", "x")]
    [InlineData("", "x")]
    [InlineData("somebody@example.org", "x\r\nBcc: victim@example.org")]
    [InlineData("zoë@example.org", "x\nBcc: victim@example.org")]
    public async Task Text_that_is_more_than_an_address_or_a_line_never_reaches_a_header(string to, string subject)
    {
        await using var server = new StallingMailServer("nothing");
        await Assert.ThrowsAnyAsync<FormatException>(() => DeliveryTo(server.Port).SendAsync(Id, new OutgoingMail(to, subject, "x"), CancellationToken.None));
        Assert.Empty(server.Commands);
    }

    [Fact]
    public async Task An_address_in_UTF8_is_not_sent_to_a_server_that_does_not_support_it()
    {
        await using var server = new StallingMailServer("nothing");
        await Assert.ThrowsAsync<NotSupportedException>(() => DeliveryTo(server.Port).SendAsync(Id, new OutgoingMail("zoë@example.org", "x", "x"), CancellationToken.None));
        Assert.DoesNotContain("MAIL", server.Commands);
    }

    [Theory]
    [InlineData("connect")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("DATA")]
    [InlineData(".")]
    public async Task A_server_that_stops_responding_cannot_delay_a_delivery_beyond_its_deadline(string command)
    {
        await using var server = new StallingMailServer(command);
        using var late = new CancellationTokenSource();
        var sending = DeliveryTo(server.Port).SendAsync(Id, new OutgoingMail("dj@example.org", "x", "x"), late.Token);
        await server.Silent.WaitAsync(Deadline);
        Assert.False(sending.IsCompleted);
        await late.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.WaitAsync(Deadline));
    }

    [Fact]
    public async Task A_mail_that_the_server_accepted_counts_as_sent_even_if_QUIT_gets_no_response()
    {
        await using var server = new StallingMailServer("QUIT");
        using var late = new CancellationTokenSource();
        var sending = DeliveryTo(server.Port).SendAsync(Id, new OutgoingMail("dj@example.org", "x", "x"), late.Token);
        await server.Silent.WaitAsync(Deadline);
        await late.CancelAsync();
        await sending.WaitAsync(Deadline);
    }

    [Fact]
    public async Task A_refusal_has_the_status_code_of_the_server()
    {
        await using var server = new StallingMailServer("nothing") { Refuses = "RCPT" };
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => DeliveryTo(server.Port).SendAsync(Id, new OutgoingMail("dj@example.org", "x", "x"), CancellationToken.None));
        Assert.Equal(SmtpStatusCode.MailboxUnavailable, refused.StatusCode);
    }

    private static SmtpDelivery DeliveryTo(MailServer server) => new(MailOptions.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(server.Settings.Add("Smtp__Tls", "false").Select(setting => KeyValuePair.Create(setting.Key.Replace("__", ":", StringComparison.Ordinal), setting.Value))).Build()));

    private static SmtpDelivery DeliveryTo(int port) =>
        new(new MailOptions { Host = "127.0.0.1", Port = port, Tls = SmtpTls.None, From = new System.Net.Mail.MailAddress(MailServer.From) });
}
